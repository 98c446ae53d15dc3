"""Hides a template's tags from the formatter, and brings them back. In: a template's text and tags. Out: `Masked`.

A `{{ hole }}` becomes a name of its length. `{% %}` and `{# #}` that end their line become a comment; others, which
stand in the midst of KQL, can't be hidden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.source import Span

_TO_NEXT_TAG: Final = re.compile(r"[ \t]*")
_LINE_END: Final = re.compile(r"[ \t]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with stand-ins. `hidden` are the tags in order; `pinned` the comments that stand for some of them."""

    text: str
    hidden: tuple[str, ...]
    pinned: frozenset[str]
    salt: str

    def restore(self, text: str) -> str | None:
        """Return a text with its tags instead of their stand-ins; None unless each is there once, in their order."""
        found: list[int] = []

        def tag(match: re.Match[str]) -> str:
            found.append(int(match[1] or match[2]))
            return self.hidden[found[-1]] if found[-1] < len(self.hidden) else ""

        restored = re.sub(rf"_{self.salt}(\d+)x*_|//~{self.salt}(\d+)~", tag, text)
        return restored if found == list(range(len(self.hidden))) else None


def mask(text: str, tags: Sequence[Span]) -> Masked | None:
    """Hide the tags of a template; None when one stands where it can't be hidden."""
    salt = "k"
    while f"_{salt}" in text or f"//~{salt}" in text:
        salt += "k"
    pieces: list[str] = []
    hidden: list[str] = []
    pinned: set[str] = set()
    done = index = 0
    while index < len(tags):
        start, end = tags[index].start, tags[index].end
        index += 1
        pieces.append(text[done:start])
        if text.startswith("{{", start):
            name = f"_{salt}{len(hidden)}"
            pieces.append(name + "x" * (end - start - len(name) - 1) + "_")
        else:
            while index < len(tags) and _stands_beside(text, end, tags[index]):
                end = tags[index].end
                index += 1
            if not _LINE_END.match(text, end):
                return None
            pieces.append(f"//~{salt}{len(hidden)}~")
            pinned.add(pieces[-1])
        hidden.append(text[start:end])
        done = end
    return Masked("".join([*pieces, text[done:]]), tuple(hidden), frozenset(pinned), salt)


def _stands_beside(text: str, end: int, following: Span) -> bool:
    """Tell whether a tag that is no hole follows on the same line, with nothing between."""
    gap = _TO_NEXT_TAG.match(text, end)
    return gap is not None and gap.end() == following.start and not text.startswith("{{", following.start)
