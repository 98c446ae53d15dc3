"""`sort by a desc`: keeps all columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.type_checks.contexts import check_key

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import SortOperator


def bind(node: SortOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions to sort by."""
    for expression in node.expressions:
        binder.scalar(expression, given)
        check_key(binder, expression, "sort")
    return given
