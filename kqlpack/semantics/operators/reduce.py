"""`reduce by x`: patterns of strings, and how often each occurs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.relation import OutputColumns, computed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ReduceOperator


def bind(node: ReduceOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expression; with `kind=source` the input's rows come with their pattern."""
    binder.scalar(node.expression, given)
    if setting(node.parameters, "kind") == "source":
        columns = OutputColumns(given.columns)
        columns.put(computed("Pattern", ScalarType.STRING, node))
        return given.made(node, columns)
    types = (("Pattern", ScalarType.STRING), ("Count", ScalarType.LONG), ("Representative", ScalarType.STRING))
    return given.made(node, (computed(name, type_, node) for name, type_ in types), is_open=False)
