"""`distinct a, b`: these columns; `distinct *`: all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, is_unknown_call, place
from kqlpack.semantics.relation import OutputColumns
from kqlpack.semantics.type_checks.contexts import check_key
from kqlpack.syntax.nodes import Star

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import DistinctOperator


def bind(node: DistinctOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions."""
    if any(isinstance(expression, Star) for expression in node.expressions):
        return given
    columns = OutputColumns()
    for expression in node.expressions:
        place(columns, bind_outputs(binder, expression, given))
        check_key(binder, expression, "distinct")
    is_open = any(is_unknown_call(binder, expression) for expression in node.expressions)
    return given.made(node, columns, is_open=is_open)
