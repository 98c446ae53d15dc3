"""Did you mean. In: a wrong name and the right ones. Out: the closest right one, or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# difflib's ratio of two names: 1.0 is the same name. Below these a suggestion puzzles more than it helps; in a short
# name one slip weighs more.
CLOSE = 0.85
CLOSE_IF_SHORT = 0.8
SHORT = 9
# A name that lacks more than this many letters of another, or has more besides, is another name.
LETTERS_MORE_OR_LESS = 3


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `name` most likely stands for: another case, other underscores, or a slip or two."""
    spellings: dict[str, str] = {}
    for candidate in candidates:
        spellings.setdefault(candidate.lower(), candidate)
    lowered = name.lower()
    if lowered in spellings:
        return spellings[lowered]
    bare = lowered.replace("_", "")
    for spelling, candidate in spellings.items():
        if spelling.replace("_", "") == bare and bare:
            return candidate
    from difflib import get_close_matches

    about_as_long = [each for each in spellings if abs(len(each) - len(lowered)) <= LETTERS_MORE_OR_LESS]
    close = get_close_matches(lowered, about_as_long, n=1, cutoff=CLOSE_IF_SHORT if len(name) <= SHORT else CLOSE)
    return spellings[close[0]] if close else None
