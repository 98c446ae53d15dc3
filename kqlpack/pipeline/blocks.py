"""Writes a query's new text into its YAML block. In: a `Query` from a block scalar. Out: the edit to its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Edit
from kqlpack.source import Notation, Span

if TYPE_CHECKING:
    from kqlpack.pack import Query

_LINE_BREAKS: Final = "\r\n"


def edit_block(query: Query, text: str) -> Edit | None:
    """Return the edit that makes `text` the query's lines, indented as the block is; line ends stay the file's.

    Blank lines around the text stay as they are. None when the block's lines can't be told. In a fence of Markdown, the
    lines begin with what a list or a quotation puts before them; in JSON the text stays one.
    """
    if query.map.notation is Notation.JSON:
        return _edit_json(query, text)
    old = query.text
    body = old.strip("\n")
    if not body:
        return None
    start = len(old) - len(old.lstrip("\n"))
    first = query.map.locate(Span(start, start + 1))
    last = query.map.locate(Span(start + len(body) - 1, start + len(body)))
    if not first.exact or not last.exact:
        return None
    source = query.file.text
    line_start = first.span.start
    while line_start and source[line_start - 1] not in _LINE_BREAKS:
        line_start -= 1
    indent = source[line_start : first.span.start]
    if indent.strip(" ") and query.map.notation is not Notation.FENCE:
        return None
    line_end = "\r\n" if source[:line_start].endswith("\r\n") else "\n"
    blank = indent.rstrip()
    lines = [indent + line if line else blank for line in text.strip("\n").split("\n")]
    return Edit(Span(line_start, last.span.end), line_end.join(lines))


def _edit_json(query: Query, text: str) -> Edit | None:
    encoded = query.map.encode(text)
    segments = query.map.segments
    return None if encoded is None else Edit(Span(segments[0].origin.start, segments[-1].origin.end), encoded)


def expected(query: Query, text: str) -> str:
    """Return what the query's text must be when that edit is made."""
    old = query.text
    if query.map.notation is Notation.JSON:
        start, end = len(old) - len(old.lstrip()), len(old.rstrip())
        return old[:start] + text.strip() + old[end:] if old.strip() else old
    before = len(old) - len(old.lstrip("\n"))
    after = len(old) - len(old.rstrip("\n"))
    return "\n" * before + text.strip("\n") + "\n" * after
