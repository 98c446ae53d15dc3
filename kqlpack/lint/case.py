"""How the case of a column's text varies. In: a name in a query. Out: whether to compare it with `=~`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lint import predicates
from kqlpack.semantics.bound import Origin
from kqlpack.syntax.nodes import unparenthesized

if TYPE_CHECKING:
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.bound import Symbol
    from kqlpack.syntax.nodes import Node

# What is renamed more often than this is not followed.
_FARTHEST = 8


def varies(node: Node, context: KqlContext) -> str:
    """Return the table of a column whose text is known to come in different cases; empty for any other expression."""
    symbol = predicates.column(node, context)
    for _ in range(_FARTHEST):
        if symbol is None or symbol.table is not None or not symbol.is_copy or len(symbol.sources) != 1:
            break
        symbol = _source(symbol.sources[0])
    if symbol is None or symbol.table is None:
        return ""
    return symbol.table.name if context.bound.catalog.varies_in_case(symbol.table.name, symbol.name) else ""


def _source(source: Symbol | Origin) -> Symbol | None:
    return source.symbols.get(unparenthesized(source.expression)) if isinstance(source, Origin) else source
