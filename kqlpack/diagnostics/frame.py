"""Source lines with the places in them marked, for terminals. In: a file and marks. Out: rows of text.

A row is measured as a terminal shows it: wide characters take two columns, combining ones none, a tab four; what would
not be seen (control characters, bidirectional marks, ...) is written out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.source import SourceFile, Span

# Lines that take more columns are cut around their marks; on a narrow terminal it is fewer, but never less than some.
MAX_WIDTH = 140
MIN_WIDTH = 40
# A mark over more lines than this shows its first and last lines only.
_MAX_LINES = 4
# Of longer lines only what is near the marks is looked at: a line may be as long as a file.
_MAX_LINE = 2_000
_TAB = "    "
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Style(StrEnum):
    """What a piece of output is; the value is its ANSI code."""

    ERROR = "1;31"
    WARNING = "1;33"
    INFO = "1;36"
    PLACE = "1"
    GUTTER = "34"
    NOTE = "36"
    HELP = "32"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline with `sign`, and a word about it."""

    span: Span
    text: str
    sign: str
    style: Style


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a mark that lies in one line: characters `start` up to `end` of it."""

    start: int
    end: int
    mark: Mark
    text: str


def paint(text: str, style: Style, *, color: bool) -> str:
    """Return the text, between ANSI codes if `color`."""
    return f"\x1b[{style.value}m{text}\x1b[0m" if color and text else text


def visible(text: str) -> str:
    """Return the text with unseen characters written out, on one line."""
    return text if _is_plain(text) else "".join(_cell(character) for character in text)


def display_width(text: str) -> int:
    """Return the number of terminal columns that a text without unseen characters takes."""
    return len(text) if _is_plain(text) else sum(_width(character) for character in text)


def _is_plain(text: str) -> bool:
    """Tell whether a text shows as it is, a column per character: most do."""
    return text.isascii() and text.isprintable()


def gutter_width(file: SourceFile, marks: Iterable[Mark]) -> int:
    """Return the number of digits of the highest line number that the frame will show."""
    return max(len(str(_lines_of(file, mark.span)[1])) for mark in marks)


def frame(
    file: SourceFile, marks: Sequence[Mark], *, gutter: int, color: bool = False, width: int = MAX_WIDTH
) -> list[str]:
    """Return the marked lines of one file, each with its number and underlined in one row per mark.

    `width` is how many columns a line may take; words about marks may go beyond.
    """
    pieces: dict[int, list[_Piece]] = {}
    for mark in marks:
        for line, piece in _pieces(file, mark):
            pieces.setdefault(line, []).append(piece)
    rows = [_row("", "", gutter, color=color)]
    previous = None
    for line in sorted(pieces):
        if previous is not None and line - previous == 2:
            rows.append(_row(str(line - 1), _cut(file.line_text(line - 1), width), gutter, color=color))
        elif previous is not None and line - previous > 2:
            rows.append(paint("." * 3, Style.GUTTER, color=color))
        previous = line
        for number, source, markers in _line_rows(line, file.line_text(line), pieces[line], width, color=color):
            rows.append(_row(number, source, gutter, color=color))
            rows.extend(_row("", marker, gutter, color=color) for marker in markers)
    return rows


def _row(number: str, text: str, gutter: int, *, color: bool) -> str:
    return f"{paint(f'{number:>{gutter}} |', Style.GUTTER, color=color)} {text}".rstrip()


def _lines_of(file: SourceFile, span: Span) -> tuple[int, int]:
    first, _ = file.line_column(span.start)
    last, column = file.line_column(span.end)
    # A span that ends with a line end does not reach into the next line.
    return first, last - 1 if column == 1 and last > first else last


def _pieces(file: SourceFile, mark: Mark) -> list[tuple[int, _Piece]]:
    first, last = _lines_of(file, mark.span)
    lines = list(range(first, last + 1)) if last - first < _MAX_LINES else [first, last]
    result = []
    for line in lines:
        text = file.line_text(line)
        offset = file.line_starts[line - 1]
        blank = len(text) - len(text.lstrip())
        start = mark.span.start - offset if line == first else blank
        end = min(mark.span.end - offset, len(text)) if line == last else len(text)
        if line in {first, last} or text.strip():
            result.append((line, _Piece(min(start, len(text)), end, mark, mark.text if line == last else "")))
    return result


def _line_rows(
    line: int, text: str, pieces: list[_Piece], width: int, *, color: bool
) -> list[tuple[str, str, list[str]]]:
    """Return (line number, source row, marker rows): one, or one per mark where a long line can't show all at once."""
    if len(text) <= _MAX_LINE:
        return _stretch_rows(line, text, pieces, (False, False), width, color=color)
    start, end = min(piece.start for piece in pieces), max(piece.end for piece in pieces)
    rows = []
    for group in [pieces] if end - start <= _MAX_LINE else [[piece] for piece in pieces]:
        start = min(piece.start for piece in group)
        low = max(start - _MAX_LINE, 0)
        high = min(max(piece.end for piece in group), start + _MAX_LINE) + _MAX_LINE
        shifted = [replace(one, start=one.start - low, end=min(one.end, high) - low) for one in group]
        rows += _stretch_rows(line, text[low:high], shifted, (low > 0, high < len(text)), width, color=color)
    return rows


def _stretch_rows(
    line: int, text: str, pieces: list[_Piece], goes_on: tuple[bool, bool], width: int, *, color: bool
) -> list[tuple[str, str, list[str]]]:
    """Return the rows of a stretch of a line; `goes_on`: whether the line has more before it, and after it."""
    is_plain = _is_plain(text)
    cells = list(text) if is_plain else [_cell(character) for character in text]
    columns = list(range(len(cells) + 1)) if is_plain else [0, *accumulate(map(display_width, cells))]
    start, end = min(piece.start for piece in pieces), max(max(piece.start, piece.end) for piece in pieces)
    if columns[-1] <= width:
        groups = [(0, len(cells), pieces)]
    elif columns[end] - columns[start] <= width:
        groups = [(*_window(columns, start, end, width), pieces)]
    else:
        groups = [(*_window(columns, piece.start, max(piece.start, piece.end), width), [piece]) for piece in pieces]
    rows = []
    for first, last, shown in groups:
        before, after = "…" if first or goes_on[0] else "", "…" if last < len(cells) or goes_on[1] else ""
        shift = len(before) - columns[first]
        markers = [
            _marker(columns[piece.start] + shift, columns[min(max(piece.start, piece.end), last)] + shift, piece, color)
            for piece in shown
        ]
        rows.append((str(line), before + "".join(cells[first:last]) + after, markers))
    return rows


def _window(columns: list[int], start: int, end: int, width: int) -> tuple[int, int]:
    """Return which characters of a long line to show: those from `start` to `end`, with what stands around them."""
    margin = max((width - (columns[end] - columns[start])) // 2, 0)
    first = start
    while first > 0 and columns[start] - columns[first - 1] <= margin:
        first -= 1
    last = first
    while last < len(columns) - 1 and columns[last + 1] - columns[first] <= width:
        last += 1
    return first, last


def _marker(left: int, right: int, piece: _Piece, color: bool) -> str:  # noqa: FBT001 (called in one place)
    signs = piece.mark.sign * max(right - left, 1)
    label = f"{signs} {visible(piece.text)}" if piece.text else signs
    return " " * left + paint(label, piece.mark.style, color=color)


def _cut(text: str, width: int) -> str:
    if _is_plain(text) and len(text) <= width:
        return text
    shown = ""
    for character in text:
        cell = _cell(character)
        if display_width(shown) + display_width(cell) > width:
            return shown + "…"
        shown += cell
    return shown


def _cell(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character == "\t":
        return _TAB
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(character) in _UNSEEN:
        return f"<U+{code:04X}>"
    return character


def _width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
