"""Regular expressions that are plain text. In: a pattern. Out: the string operators that find the same.

Only what both RE2 and Rust's regex crate read in the same way is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

_SPECIAL = frozenset(".*+?[](){}^$|\\")
_CASELESS = "(?i)"
_ANY = ".*"


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text to find, at the beginning or the end of a value, or both, or anywhere."""

    text: str
    at_start: bool = False
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class PlainPattern:
    """Texts of which one has to be found. `is_caseless`: in whatever case."""

    texts: tuple[PlainText, ...]
    is_caseless: bool = False


def plain_pattern(pattern: str) -> PlainPattern | None:
    """Return what a pattern finds, if that is plain text or a choice of such; None for any other."""
    is_caseless = pattern.startswith(_CASELESS)
    rest = pattern.removeprefix(_CASELESS)
    start, end = rest.startswith("^("), rest.endswith(")$")
    if start and end:
        rest = rest[1:-1]
    else:
        start = end = False
    if rest.startswith("(") and rest.endswith(")") and not rest.endswith("\\)"):
        rest = rest[1:-1].removeprefix("?:")
    elif start:
        return None
    texts = []
    for part in rest.split("|"):
        found = _plain_text(part)
        if found is None or ((start or end) and (found.at_start or found.at_end)):
            return None
        texts.append(PlainText(found.text, found.at_start or start, found.at_end or end))
    return PlainPattern(tuple(texts), is_caseless)


def _plain_text(part: str) -> PlainText | None:
    at_start, at_end = part.startswith("^"), part.endswith("$") and not part.endswith("\\$")
    part = part.removeprefix("^") if at_start else part
    part = part[:-1] if at_end else part
    # Where the text may stand anywhere, anything around it says nothing more.
    if not at_start:
        part = part.removeprefix(_ANY)
    if not at_end and part.endswith(_ANY) and not part.endswith("\\" + _ANY):
        part = part.removesuffix(_ANY)
    text = ""
    index = 0
    while index < len(part):
        letter = part[index]
        if letter == "\\":
            index += 1
            letter = part[index : index + 1]
            # A letter or a digit behind a backslash stands for something else.
            if not letter or letter.isalnum() or letter == "_" or not letter.isascii():
                return None
        elif letter in _SPECIAL:
            return None
        text += letter
        index += 1
    return PlainText(text, at_start, at_end) if text and text.isprintable() else None
