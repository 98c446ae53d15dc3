"""Patterns of paths, as `.gitignore` has them. In: a pattern and the folder it is written in. Out: which paths fit.

`*` and `?` stand for characters of a name, `**` for any folders, `[a-z]` for one of these. A pattern without `/` fits
a name at any depth, one with it a path below the folder; one that fits a folder fits all that is in it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[[!^]?\]?[^\]/]*\]|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern, for paths below `folder`."""

    folder: Path
    pattern: str

    def fits(self, path: str | os.PathLike[str]) -> bool:
        """Tell whether a path, or a folder that it lies in, fits; one outside of the folder never does."""
        try:
            relative = os.path.relpath(path, self.folder).replace(os.sep, "/")
        except ValueError:  # another drive of Windows
            return False
        return _compiled(self.pattern).fullmatch(relative) is not None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    plain = pattern.removeprefix("./").rstrip("/")
    if "/" not in plain:
        plain = f"**/{plain}"
    # What leads out of the folder begins with `../`, which a star must not take for a name.
    return re.compile(
        rf"(?!\.\.(?:/|$)){''.join(map(_part, _PART.findall(plain.removeprefix('/'))))}(?:/.*)?", re.DOTALL
    )


def _part(part: str) -> str:
    if part == "**/":
        return "(?:[^/]+/)*"
    if part in {"**", "*", "?"}:
        return {"**": ".*", "*": "[^/]*", "?": "[^/]"}[part]
    return _members(part) if len(part) > 2 and part[0] == "[" else re.escape(part)


def _members(part: str) -> str:
    """Return the class of characters for `[...]`; where it has none, as `[b-a]`, it is a text."""
    negated = part[1] in "!^"
    ranges = re.findall(r"(.)-(.)|(.)", part[1 + negated : -1], re.DOTALL)
    members = [
        f"{re.escape(first)}-{re.escape(last)}" if first else re.escape(single)
        for first, last, single in ranges
        if first <= last
    ]
    return f"[{'^/' if negated else ''}{''.join(members)}]" if members else re.escape(part)
