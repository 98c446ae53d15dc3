"""`extend a = x`: adds columns at the end, or replaces those that have the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, is_unknown_call, place
from kqlpack.semantics.relation import OutputColumns
from kqlpack.semantics.type_checks.contexts import check_duplicates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ExtendOperator, Node


def bind(node: ExtendOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions, each of which sees the input's columns only."""
    return extended(node, node.expressions, given, binder)


def extended(node: Node, expressions: Sequence[Node], given: Relation, binder: Binder) -> Relation:
    """Return the input with the columns that the expressions become."""
    columns = OutputColumns(given.columns)
    for expression in expressions:
        place(columns, bind_outputs(binder, expression, given))
    check_duplicates(binder, expressions, type(node).construct or "extend")
    is_open = given.is_open or any(is_unknown_call(binder, expression) for expression in expressions)
    return given.made(node, columns, is_open=is_open)
