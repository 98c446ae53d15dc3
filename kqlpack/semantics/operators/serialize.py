"""`serialize a = x`: as extend, and the order of rows is kept from here on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.extend import extended

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import SerializeOperator


def bind(node: SerializeOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions."""
    return extended(node, node.expressions, given, binder) if node.expressions else given
