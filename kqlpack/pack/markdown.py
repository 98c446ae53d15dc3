"""KQL in Markdown's fences as queries. In: a Markdown file. Out: `Query` values, one a fence.

markdown-it-py, which keeps to CommonMark, says where fences begin and end, in lists and quotations too; which columns
of a line belong to a fence follows from its content.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.pack.model import Query
from kqlpack.source import Notation, Segment, SourceMap, Span

if TYPE_CHECKING:
    from kqlpack.source import SourceFile

LANGUAGES: Final = frozenset({"kql", "kusto", "csl", "kusto-kql", "kusto-query"})
_WORD: Final = re.compile(r"\{?\s*\.?([\w-]+)")


def from_markdown(file: SourceFile, name: str) -> list[Query]:
    """Return the queries of a file."""
    from markdown_it import MarkdownIt

    # It takes any line end for one of its own kind, as we do; the characters before it stay where they are.
    tokens = MarkdownIt("commonmark").parse(file.text)
    queries: list[Query] = []
    for token in tokens:
        word = _WORD.match(token.info.strip())
        if token.type != "fence" or token.map is None or not word or word[1].lower() not in LANGUAGES:
            continue
        segments = _segments(file, token.content, first_line=token.map[0] + 2)
        if not token.content.strip():
            continue
        source_map = SourceMap(file, tuple(segments), Notation.FENCE)
        id = name if not queries else f"{name}-{len(queries) + 1}"
        queries.append(Query(id, token.content, source_map, is_template=False, span=source_map.locate(Span(0, 1)).span))
    return queries


def _segments(file: SourceFile, content: str, first_line: int) -> list[Segment]:
    """Return where a fence's lines stand: each at the end of a line of the file, behind what lists and quotes add."""
    segments: list[Segment] = []
    done = 0
    for number, line in enumerate(content.split("\n")[:-1], start=first_line):
        if number > len(file.line_starts):
            break
        start = file.line_starts[number - 1]
        source = file.line_text(number)
        end = start + len(source)
        exact = source.endswith(line)
        if line:
            origin = Span(end - len(line), end) if exact else Span(start, end)
            _append(segments, Segment(Span(done, done + len(line)), origin, exact=exact))
        line_end = file.line_starts[number] if number < len(file.line_starts) else len(file.text)
        derived = Span(done + len(line), done + len(line) + 1)
        _append(segments, Segment(derived, Span(end, line_end), exact=line_end == end + 1))
        done = derived.end
    return segments


def _append(segments: list[Segment], new: Segment) -> None:
    """Add a segment, or lengthen the last one: a fence at the margin is one, however many lines it has."""
    last = segments[-1] if segments else None
    if last is not None and last.exact and new.exact and last.origin.end == new.origin.start:
        segments[-1] = Segment(last.derived.cover(new.derived), last.origin.cover(new.origin))
    else:
        segments.append(new)
