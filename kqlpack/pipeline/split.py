"""Tells several queries in one file apart. In: a text of KQL. Out: the queries, each with its map to the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kqlpack.source import Segment, SourceFile, SourceMap, Span
from kqlpack.syntax import parse

_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """One query of a file, as a text of its own; `map` leads to the file's text."""

    file: SourceFile
    map: SourceMap


def split(file: SourceFile) -> tuple[Part, ...]:
    """Return the queries of a text: one, unless it only parses when it is parted at its blank lines."""
    whole = (Part(file, SourceMap.identity(file)),)
    if not _BLANK_LINES.search(file.text) or parse(file).ok:
        return whole
    parts = [_part(file, start, end) for start, end in _blocks(file.text)]
    parts = [part for part in parts if parse(part.file).root.statements]
    # A break of a single query stays one finding: parting helps only where most parts are queries by themselves.
    good = sum(parse(part.file).ok for part in parts)
    return tuple(parts) if len(parts) > 1 and good >= 2 and good * 2 > len(parts) else whole


def _blocks(text: str) -> list[tuple[int, int]]:
    blocks, start = [], 0
    for match in _BLANK_LINES.finditer(text):
        blocks.append((start, match.start()))
        start = match.end()
    return [*blocks, (start, len(text))]


def _part(file: SourceFile, start: int, end: int) -> Part:
    text = file.text[start:end]
    segment = Segment(Span(0, len(text)), Span(start, end))
    return Part(SourceFile(file.path, text), SourceMap(file, (segment,)))
