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
    """Return where a fence's lines stand: each at the end of a line of the file, behind what lists and quotes add.

    What follows upon itself in the file too is one segment: a fence at the margin is one, however many lines it has.
    """
    segments: list[Segment] = []
    done = begun = 0  # where we are in the content, and where the stretch began that is not yet a segment
    origin = -1  # and that stretch's place in the file; -1: there is none

    def close() -> None:
        if origin >= 0 and begun < done:
            segments.append(Segment(Span(begun, done), Span(origin, origin + done - begun)))

    for number, line in enumerate(content.split("\n")[:-1], start=first_line):
        if number > len(file.line_starts):
            break
        start = file.line_starts[number - 1]
        source = file.line_text(number)
        end = start + len(source)
        line_end = file.line_starts[number] if number < len(file.line_starts) else len(file.text)
        if not source.endswith(line):
            close()
            segments.append(Segment(Span(done, done + len(line)), Span(start, end), exact=False))
            done += len(line)
            origin = -1
        elif origin < 0 or origin + done - begun != end - len(line):
            close()
            begun, origin = done, end - len(line)
        if source.endswith(line):
            done += len(line)
        if line_end == end + 1 and origin >= 0:
            done += 1
            continue
        close()
        segments.append(Segment(Span(done, done + 1), Span(end, line_end), exact=line_end == end + 1))
        done += 1
        origin = -1
    close()
    return segments
