"""What a target is made of. In: nothing. Out: `Artifact`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file to be: `path` is relative, with slashes; `content` has LF line ends and a final one."""

    path: str
    media_type: str
    content: str
