"""`project a, b = x`: exactly the columns named, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, is_unknown_call, place
from kqlpack.semantics.relation import OutputColumns
from kqlpack.semantics.type_checks.contexts import check_duplicates

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ProjectOperator


def bind(node: ProjectOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions."""
    columns = OutputColumns()
    for expression in node.expressions:
        place(columns, bind_outputs(binder, expression, given))
    check_duplicates(binder, node.expressions, "project")
    is_open = any(is_unknown_call(binder, expression) for expression in node.expressions)
    return given.made(node, columns, is_open=is_open)
