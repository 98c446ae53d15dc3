"""What stands between the tokens: comments, directives, blank lines, regions that stay as they are.

In: `Parsed`. Out: `Between`: for each token the remarks before it, and which tokens lie in a region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kqlpack.syntax import Parsed

_PIECE: Final = re.compile(r"(//[^\r\n]*)|(\r\n|\r|\n)|(#[^\r\n]*)")
_OFF: Final = re.compile(r"//\s*kqlpack:\s*format\s+off\b")
_IGNORE: Final = re.compile(r"//\s*kqlpack:\s*ignore\b")
_ON: Final = re.compile(r"//\s*kqlpack:\s*format\s+on\b")
_LINE_FEED: Final = re.compile(r"\r?\n")
_LINE_BREAKS: Final = "\r\n"


class Kind(Enum):
    """Where a remark stands: behind a token on its line, on a line of its own, at a line's start, or as it is."""

    TRAILING = auto()
    OWN_LINE = auto()
    DIRECTIVE = auto()
    REGION = auto()


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, a directive, or a region. `after_blank`: a blank line parts it from what stands before.

    `is_pinned`: it never changes its place among the tokens.
    """

    kind: Kind
    text: str
    after_blank: bool = False
    is_pinned: bool = False

    @property
    def is_suppression(self) -> bool:
        """Whether the comment speaks to lint, about the findings of one line."""
        return _IGNORE.match(self.text) is not None


@dataclass(slots=True)
class Between:
    """The remarks before each token and after the last; tokens that a region covers; tokens after a blank line.

    `ends_in_region`: a region that nobody closed reaches to the text's end.
    """

    before: list[list[Remark]]
    trailing: list[Remark] = field(default_factory=list)
    covered: list[bool] = field(default_factory=list)
    after_blank: list[bool] = field(default_factory=list)
    ends_in_region: bool = False


def comments(parsed: Parsed) -> list[str]:
    """Return the texts of all comments and directives, in order."""
    return [
        match[1] or match[3] for trivia, _ in _all_trivia(parsed) for match in _PIECE.finditer(trivia) if not match[2]
    ]


def between(parsed: Parsed, pinned: Collection[str] = ()) -> Between:
    """Read the trivia. Comments whose text is in `pinned` keep their place among the tokens."""
    text = parsed.text
    result = Between([])
    waiting: list[Remark] = []
    region: tuple[int, bool] | None = None  # where it begins, and whether after a blank line
    count = len(parsed.tokens)
    for index, (trivia, offset) in enumerate(_all_trivia(parsed)):
        after_blank = False
        for remark, start, end in _remarks(trivia, offset, has_token_before=index > 0):
            if remark is None:
                after_blank = True
            elif region is None and remark.kind is Kind.OWN_LINE and _OFF.match(remark.text):
                region = (_line_start(text, start), remark.after_blank)
            elif region is None:
                waiting.append(replace(remark, is_pinned=_is_pinned(remark, pinned)))
            elif remark.kind is Kind.OWN_LINE and _ON.match(remark.text):
                waiting.append(Remark(Kind.REGION, text[region[0] : end], region[1], is_pinned=True))
                region = None
        if region is not None and index == count:
            waiting.append(Remark(Kind.REGION, text[region[0] :], region[1], is_pinned=True))
            result.ends_in_region = True
        if index == count:
            result.trailing = waiting
            break
        result.covered.append(region is not None)
        result.after_blank.append(after_blank)
        result.before.append([] if region is not None else waiting)
        waiting = waiting if region is not None else []
    _move_behind_marks(parsed, result)
    return result


def line_end(parsed: Parsed) -> str:
    """Return the first line end between tokens (one in a string is the string's), as what the file's lines end with."""
    for trivia, offset in _all_trivia(parsed):
        # What stands before everything goes away: it decides nothing.
        found = _LINE_FEED.search(trivia if offset else trivia.lstrip())
        if found:
            return found[0]
    return "\n"


def _all_trivia(parsed: Parsed) -> Iterator[tuple[str, int]]:
    for token in parsed.tokens:
        yield token.trivia, token.start - len(token.trivia)
    end = parsed.tokens[-1].span.end if parsed.tokens else 0
    yield parsed.text[end:], end


def _remarks(trivia: str, offset: int, *, has_token_before: bool) -> Iterator[tuple[Remark | None, int, int]]:
    """Yield the remarks of one stretch with their places, and None at its end when a blank line stands there."""
    lines = 0
    is_first = True
    for match in _PIECE.finditer(trivia):
        if match[2]:
            lines += 1
            continue
        kind = Kind.DIRECTIVE if match[3] else Kind.OWN_LINE
        if is_first and has_token_before and not lines and kind is Kind.OWN_LINE:
            kind = Kind.TRAILING
        yield Remark(kind, match[0], after_blank=lines > 1), offset + match.start(), offset + match.end()
        is_first, lines = False, 0
    if lines > 1:
        yield None, offset, offset


def _line_start(text: str, offset: int) -> int:
    while offset and text[offset - 1] not in _LINE_BREAKS:
        offset -= 1
    return offset


def _is_pinned(remark: Remark, pinned: Collection[str]) -> bool:
    return remark.kind is Kind.DIRECTIVE or remark.text.rstrip() in pinned


def _move_behind_marks(parsed: Parsed, result: Between) -> None:
    """Let commas and semicolons stand directly behind what they end, and pipes before what they begin.

    A comment in between goes over to the other side: it then still belongs to the same item, statement or operator.
    """
    before, count = result.before, len(result.before)
    for index, token in enumerate(parsed.tokens):
        following = before[index + 1] if index + 1 < count else result.trailing
        if index + 1 < count and result.covered[index + 1]:
            continue
        if token.text in {",", ";"}:
            here = before[index]
            # Comments on lines of their own before a `;` are mostly operators that were taken out: they stay inside.
            is_movable = token.text == "," or [one.kind for one in here] == [Kind.TRAILING]
            if here and is_movable and not _holds_pinned(here):
                following[:] = _joined(here, following)
                here.clear()
        elif token.text == "|" and not result.covered[index] and not _holds_pinned(following):
            before[index] = _joined(before[index], following)
            following.clear()


def _holds_pinned(remarks: list[Remark]) -> bool:
    return any(remark.is_pinned for remark in remarks)


def _joined(first: list[Remark], second: list[Remark]) -> list[Remark]:
    if not first:
        return list(second)
    on_own_lines = [replace(one, kind=Kind.OWN_LINE) if one.kind is Kind.TRAILING else one for one in second]
    return [*first, *on_own_lines]
