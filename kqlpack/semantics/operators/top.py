"""`top n by x`: keeps all columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import TopOperator


def bind(node: TopOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the number and the expression to sort by."""
    binder.scalar(node.count)
    binder.scalar(node.by, given)
    return given
