"""`range x from a to b step c`: one column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics import promotion
from kqlpack.semantics.relation import computed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import RangeOperator


def bind(node: RangeOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the bounds; the column has the type of the values counted through."""
    first, last, step = (binder.scalar(bound) for bound in (node.from_, node.to, node.step))
    type_ = first
    if first.is_numeric:
        type_ = promotion.widest((first, last, step))
    return given.made(node, [computed(node.name.name, type_, node.name)], is_open=False)
