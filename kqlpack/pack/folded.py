"""A comment in a folded scalar. In: a `Query`. Out: where YAML lets it swallow the lines below, and the fix.

In `query: >` YAML joins lines with spaces. A `//` comment then has no end: the rest of the query is part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.pack.findings import replacing
from kqlpack.pack.lexical import LexicalState
from kqlpack.source import Notation, Span

if TYPE_CHECKING:
    from kqlpack.diagnostics import Fix
    from kqlpack.pack.model import Query


@dataclass(frozen=True, slots=True)
class FoldedComment:
    """Places in the YAML file: the `>`, the comment as its author meant it, and what it swallows."""

    indicator: Span
    comment: Span
    swallowed: Span
    fix: Fix


def folded_comment(query: Query) -> FoldedComment | None:
    """Return the first comment that swallows lines, or None."""
    source_map = query.map
    if source_map.notation is not Notation.FOLDED or not source_map.segments:
        return None
    state = LexicalState()
    state.feed(query.text)
    for start, end in state.comments:
        pieces = source_map.pieces(Span(start, end))
        fold = next((index for index, piece in enumerate(pieces) if not piece.exact), None)
        if not fold:
            continue
        comment = Span(pieces[0].origin.start, pieces[fold - 1].origin.end)
        swallowed = Span(pieces[fold].origin.end, pieces[-1].origin.end)
        indicator = _indicator(query)
        if len(swallowed) and indicator:
            return FoldedComment(indicator, comment, swallowed, replacing("Write `|` instead of `>`", indicator, "|"))
    return None


def _indicator(query: Query) -> Span | None:
    """Find the `>` before the scalar's first character: only its indicators, a comment and blank lines are between."""
    text = query.file.text
    position = text.rfind(">", 0, query.map.segments[0].origin.start)
    node = query.node.get("query") if query.node else None
    if node is not None:
        position = node.span.start
    return Span(position, position + 1) if position >= 0 and text[position] == ">" else None
