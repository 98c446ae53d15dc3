"""`render`, `consume`, `__executeAndCache`: keep all columns and read none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import TabularOperator


def bind(node: TabularOperator, given: Relation, binder: Binder) -> Relation:
    """Pass the input on."""
    del node, binder
    return given
