"""Functions that stand in graph patterns only. In: a call and the pattern's names. Out: its type.

Source: the Kusto documentation's pages on the graph functions `all`, `any`, `map`, `inner_nodes` and `node_id`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.relation import Relation, Row
from kqlpack.syntax.nodes import FunctionCall, NameReference

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Pattern
    from kqlpack.syntax.nodes import Node

# What each yields; None: the type of the nodes' key.
CALLS: dict[str, ScalarType | None] = {
    "all": ScalarType.BOOL,
    "any": ScalarType.BOOL,
    "inner_nodes": ScalarType.DYNAMIC,
    "labels": ScalarType.DYNAMIC,
    "map": ScalarType.DYNAMIC,
    "node_degree_in": ScalarType.LONG,
    "node_degree_out": ScalarType.LONG,
    "node_id": None,
}
_OVER_A_PATH = frozenset({"all", "any", "map"})


def bind_call(binder: Binder, call: FunctionCall, pattern: Pattern) -> ScalarType:
    """Bind a call; what is done for each edge of a path, or for the nodes in between, sees their columns."""
    name = call.name.name
    result = CALLS[name]
    type_ = pattern.graph.node_id if result is None else result
    function = binder.catalog.function(name)
    binder.set_symbol(call.name, Symbol(SymbolKind.FUNCTION, name, type_, function=function))
    if name in _OVER_A_PATH and len(call.arguments) > 1:
        seen = _elements(call.arguments[0], pattern)
        with binder.nested() as allowed:
            if allowed:
                for argument in call.arguments[1:]:
                    binder.scalar(argument, Row(seen, pattern=pattern))
    return type_


def _elements(path: Node, pattern: Pattern) -> Relation:
    """Return the columns of what a path consists of: its edges, or the nodes in between."""
    if isinstance(path, FunctionCall):
        return pattern.graph.nodes
    if isinstance(path, NameReference) and path.name in pattern.variables:
        return pattern.variables[path.name]
    return Relation(is_open=True)
