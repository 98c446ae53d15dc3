"""What came back over the wire, before anyone has made sense of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, headers (their names in lower case) and the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON, or says nothing."""
        return "json" in self.content_type or not self.content_type

    def without(self, secret: str | None) -> Reply:
        """Return the reply with `***` wherever the secret stands: what is quoted from it may be shown."""
        if not secret:
            return self
        headers = {name: value.replace(secret, "***") for name, value in self.headers.items()}
        return Reply(self.status, headers, self.body.replace(secret.encode(), b"***"))

    def json(self, *, parse_float: Any = None) -> Any:
        """Read the body. Raises ValueError when it is not JSON, RecursionError when it is nested without end."""
        return json.loads(self.body.decode("utf-8-sig"), parse_float=parse_float)
