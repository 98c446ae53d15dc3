"""`take n`, `limit n` and `sample n`: keep all columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import SampleOperator, TakeOperator


def bind(node: TakeOperator | SampleOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the number, which sees no columns."""
    binder.scalar(node.count)
    return given
