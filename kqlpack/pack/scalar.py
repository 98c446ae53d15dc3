"""Where the characters of a YAML scalar's value stand in the file. In: a `ScalarNode`. Out: a `SourceMap`.

The scalar is read once more, by the rules of PyYAML's scanner (YAML 1.1, sections 9.1 to 9.4), this time keeping
places. If the result is not, character for character, what PyYAML read, the whole value maps to the whole scalar: such
a map is coarse, but never wrong.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.source import Notation, Segment, SourceMap, Span

if TYPE_CHECKING:
    from kqlpack.pack.document import ScalarNode

_LINE_END: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BLOCK_HEADER: Final = re.compile(
    "[|>]([-+]?)([1-9]?)([-+]?)[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?(?:\r\n|[\n\r\x85\u2028\u2029]|$)"
)
_FOLD: Final = re.compile("[ \t]*(?:(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*)+")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
# YAML 1.1, section 5.6 "Miscellaneous characters".
_ESCAPES: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "\\": "\\",
    "/": "/",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


def scalar_map(node: ScalarNode) -> SourceMap:
    """Return the map from a scalar's value to its file."""
    pieces = _Pieces()
    if node.notation in {Notation.BLOCK, Notation.FOLDED}:
        _read_block(node, pieces)
    else:
        _read_flow(node, pieces)
    if "".join(pieces.text) == node.text:
        segments = tuple(pieces.segments)
    else:
        segments = (Segment(Span(0, len(node.text)), node.span, exact=False),) if node.text else ()
    if not segments:  # an empty value still has a place
        segments = (Segment(Span(0, 0), Span(node.span.end, node.span.end)),)
    return SourceMap(node.file, segments, node.notation)


def with_plain_line_ends(text: str, source_map: SourceMap) -> tuple[str, SourceMap]:
    """Return a text whose only line ends are line feeds, and its map: a template's engine makes no others."""
    if "\r" not in text:
        return text, source_map
    pieces = _Pieces()
    done = 0
    for match in re.finditer("\r\n?", text):
        pieces.copy(text, done, match.start())
        pieces.make("\n", match.start(), match.end())
        done = match.end()
    pieces.copy(text, done, len(text))
    inner = SourceMap(source_map.file, tuple(pieces.segments))
    return "".join(pieces.text), inner.through(source_map)


class _Pieces:
    """A value being put together, with the place of every part. Copies that touch on both sides become one."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.segments: list[Segment] = []
        self.length = 0

    def copy(self, source: str, start: int, end: int) -> None:
        """Add characters of the source as they are."""
        if start < end:
            self._add(source[start:end], Span(start, end), exact=True)

    def make(self, text: str, start: int, end: int) -> None:
        """Add text that stands for the characters from `start` to `end`, but looks different from them."""
        if text:
            self._add(text, Span(start, end), exact=False)

    def _add(self, text: str, origin: Span, *, exact: bool) -> None:
        derived = Span(self.length, self.length + len(text))
        self.text.append(text)
        self.length = derived.end
        last = self.segments[-1] if self.segments else None
        if last and exact and last.exact and last.origin.end == origin.start:
            self.segments[-1] = Segment(last.derived.cover(derived), last.origin.cover(origin))
        else:
            self.segments.append(Segment(derived, origin, exact))


def _add_line_end(pieces: _Pieces, source: str, match: re.Match[str]) -> None:
    text = "\n" if match[0] in {"\r\n", "\r", "\x85"} else match[0]
    if text == match[0]:
        pieces.copy(source, *match.span())
    else:
        pieces.make(text, *match.span())


# ---- blocks: | and > -------------------------------------------------------------------------------------------------


def _read_block(node: ScalarNode, pieces: _Pieces) -> None:
    source = node.file.text
    header = _BLOCK_HEADER.match(source, node.span.start)
    if not header:
        return
    position = header.end()
    indent = _indentation(source, position, node.text)
    keep, strip = "+" in header[1] + header[3], "-" in header[1] + header[3]
    breaks, position = _blank_lines(source, position, indent)
    line_end: re.Match[str] | None = None
    folded = node.notation is Notation.FOLDED
    while _starts_line(source, position, indent):
        for match in breaks:
            _add_line_end(pieces, source, match)
        begins_with_text = source[position] not in " \t"
        line_end = _LINE_END.search(source, position)
        stop = line_end.start() if line_end else len(source)
        pieces.copy(source, position, stop)
        if not line_end:
            return
        breaks, position = _blank_lines(source, line_end.end(), indent)
        if not _starts_line(source, position, indent):
            break
        folds = folded and _is_plain(line_end) and begins_with_text and source[position] not in " \t"
        if not folds:
            _add_line_end(pieces, source, line_end)
        elif not breaks:
            pieces.make(" ", line_end.start(), position)
    if line_end and not strip:
        _add_line_end(pieces, source, line_end)
    if keep:
        for match in breaks:
            _add_line_end(pieces, source, match)


def _is_plain(line_end: re.Match[str]) -> bool:
    return line_end[0] not in {"\u2028", "\u2029"}


def _indentation(source: str, position: int, value: str) -> int:
    """Return how far the block is indented: what its first line with text has before the value's first line."""
    while position < len(source):
        line_end = _LINE_END.search(source, position)
        line = source[position : line_end.start() if line_end else len(source)]
        if line.strip(" "):
            first = value.lstrip("\n\u2028\u2029")
            extra = len(first) - len(first.lstrip(" "))
            return max(len(line) - len(line.lstrip(" ")) - extra, 0)
        if not line_end:
            break
        position = line_end.end()
    return 0


def _blank_lines(source: str, position: int, indent: int) -> tuple[list[re.Match[str]], int]:
    """Return the line ends of blank lines from `position` on, and where the next line's text begins."""
    found: list[re.Match[str]] = []
    while True:
        start = position
        while position - start < indent and source.startswith(" ", position):
            position += 1
        match = _LINE_END.match(source, position)
        if not match:
            return found, position
        found.append(match)
        position = match.end()


def _starts_line(source: str, position: int, indent: int) -> bool:
    """Tell whether the block goes on at `position`: there is text, and exactly `indent` spaces before it."""
    if position >= len(source) or position < indent:
        return False
    before = source[position - indent : position]
    at_line_start = position == indent or bool(_LINE_END.fullmatch(source[position - indent - 1]))
    return before == " " * indent and at_line_start


# ---- plain and quoted ------------------------------------------------------------------------------------------------


def _read_flow(node: ScalarNode, pieces: _Pieces) -> None:
    source = node.file.text
    quoted = node.notation is not Notation.PLAIN
    position = node.span.start + quoted
    end = node.span.end - quoted
    special = {
        Notation.SINGLE_QUOTED: re.compile("''|[ \t]*[\n\r\x85\u2028\u2029]"),
        Notation.DOUBLE_QUOTED: re.compile("\\\\|[ \t]*[\n\r\x85\u2028\u2029]"),
    }.get(node.notation, re.compile("[ \t]*[\n\r\x85\u2028\u2029]"))
    while position < end:
        match = special.search(source, position, end)
        if not match:
            pieces.copy(source, position, end)
            return
        pieces.copy(source, position, match.start())
        position = match.start()
        if match[0] == "''":
            pieces.make("'", position, position + 2)
            position += 2
        elif match[0] == "\\":
            position = _read_escape(source, position, end, pieces)
        else:
            position = _read_fold(source, position, end, pieces)


def _read_escape(source: str, position: int, end: int, pieces: _Pieces) -> int:
    # A backslash at a line's end joins the lines and drops the next one's indentation.
    joined = re.compile("\\\\(?:\r\n|[\n\r\x85\u2028\u2029])[ \t]*").match(source, position, end)
    if joined:
        return _read_breaks_after_join(source, joined.end(), end, pieces)
    match = _ESCAPE.match(source, position, end)
    if not match:
        pieces.copy(source, position, position + 1)
        return position + 1
    digits = match[1] or match[2] or match[3]
    text = chr(min(int(digits, 16), 0x10FFFF)) if digits else _ESCAPES.get(match[4], "")
    pieces.make(text, *match.span())
    return match.end()


def _read_breaks_after_join(source: str, position: int, end: int, pieces: _Pieces) -> int:
    """Blank lines after a joined line end are kept."""
    while True:
        match = _LINE_END.match(source, position, end)
        if not match:
            return position
        _add_line_end(pieces, source, match)
        position = match.end()
        while position < end and source[position] in " \t":
            position += 1


def _read_fold(source: str, position: int, end: int, pieces: _Pieces) -> int:
    """Read a stretch with line ends: one is a space, and n + 1 of them are n line ends."""
    fold = _FOLD.match(source, position, end)
    if not fold:
        return end
    first, *others = _LINE_END.finditer(source, fold.start(), fold.end())
    if not _is_plain(first):
        pieces.copy(source, *first.span())
    elif not others:
        pieces.make(" ", *fold.span())
    for match in others:
        _add_line_end(pieces, source, match)
    return fold.end()
