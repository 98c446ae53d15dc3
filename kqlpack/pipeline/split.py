"""Tells several queries in one file apart. In: a text of KQL. Out: the queries, each with its map to the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.source import Segment, SourceFile, SourceMap, Span
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from kqlpack.syntax import Parsed

# What begins no query, and what ends none.
_CONTINUED = frozenset("| ) ] } , ; and or == != =~ has in by on".split())
_UNFINISHED = frozenset("| ( [ { , ; = and or == !=".split())
_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """One query of a file, parsed as a text of its own; `map` leads to the file's text."""

    parsed: Parsed
    map: SourceMap

    @property
    def file(self) -> SourceFile:
        """The query's text."""
        return self.parsed.file


def split(file: SourceFile) -> tuple[Part, ...]:
    """Return the queries of a text: one, unless less is wrong with it when it is parted at its blank lines."""
    parsed = parse(file)
    whole = (Part(parsed, SourceMap.identity(file)),)
    if parsed.ok or not _BLANK_LINES.search(file.text):
        return whole
    parts = [_part(file, start, end) for start, end in _queries(file.text)]
    told = sum(len(part.parsed.diagnostics) for part in parts)
    if len(parts) < 2 or told >= len(parsed.diagnostics):
        return whole
    return tuple(part for part in parts if part.parsed.root.statements)


def _queries(text: str) -> list[tuple[int, int]]:
    """Return where the queries lie: blocks between blank lines, with what goes on behind such a line."""
    queries: list[tuple[int, int]] = []
    # Where the last query began, before the comments that stand by themselves behind it.
    last = 0
    goes_on = False
    for start, end in _blocks(text):
        tokens = parse(SourceFile("<text>", text[start:end])).tokens
        if queries and (goes_on or (tokens and tokens[0].text in _CONTINUED)):
            queries[last:] = [(queries[last][0], end)]
        else:
            queries.append((start, end))
        if tokens:
            last = len(queries) - 1
            opened = sum((token.text in _OPENERS) - (token.text in _CLOSERS) for token in tokens)
            goes_on = tokens[-1].text in _UNFINISHED or opened > 0
    return queries


def _blocks(text: str) -> list[tuple[int, int]]:
    blocks, start = [], 0
    for match in _BLANK_LINES.finditer(text):
        blocks.append((start, match.start()))
        start = match.end()
    return [*blocks, (start, len(text))]


def _part(file: SourceFile, start: int, end: int) -> Part:
    text = file.text[start:end]
    segment = Segment(Span(0, len(text)), Span(start, end))
    return Part(parse(SourceFile(file.path, text)), SourceMap(file, (segment,)))
