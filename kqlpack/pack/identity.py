"""Whose an object is that was built. In: the keys of a pack and its queries. Out: GUIDs, marks, and marks read back.

A key is `<pack>/<query>`, or `<pack>/functions/<name>`. What is built carries it, so that `kqlpack import` gives an
object the id that it had.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

# Never to be changed: another namespace would leave every deployed object behind and make new ones.
NAMESPACE: Final = UUID("8faa5a3f-2d56-434f-897f-f1994d84c8cb")
# The tag, or the comment, that holds the key.
OWNER: Final = "kqlpack"

_SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_KEY: Final = re.compile(rf"({_SLUG})/(?:functions/([A-Za-z_]\w*)|({_SLUG}))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Owner:
    """The query or the function that an object was built of; the other name is empty."""

    pack: str
    query: str = ""
    function: str = ""

    @property
    def key(self) -> str:
        """The key, as it was written."""
        return f"{self.pack}/functions/{self.function}" if self.function else f"{self.pack}/{self.query}"


def object_id(key: str) -> str:
    """Return the GUID of the object with a key, which is the same for ever."""
    return str(uuid5(NAMESPACE, key))


def owner_of(key: str) -> Owner | None:
    """Read a key; None where the text is none."""
    match = _KEY.fullmatch(key)
    return Owner(match[1], match[3] or "", match[2] or "") if match else None
