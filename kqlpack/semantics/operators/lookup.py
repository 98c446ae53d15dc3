"""`lookup right on conditions`: as join, without the right-hand keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.join import bind_conditions, joined

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import LookupOperator


def bind(node: LookupOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the right side and the conditions."""
    right = binder.tabular(node.right)
    keys = bind_conditions(node.conditions, given, right, binder)
    return joined(node, given, right, without=keys)
