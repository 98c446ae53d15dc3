"""`where predicate`: keeps all columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.type_checks.contexts import check_condition

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import WhereOperator


def bind(node: WhereOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the predicate."""
    binder.scalar(node.predicate, given)
    check_condition(binder, node.predicate)
    return given
