"""`fork (query) (query)` and `facet by a with (query)`: several results, of which none flows on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.relation import UNKNOWN_RELATION

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import FacetOperator, ForkOperator


def bind(node: ForkOperator, given: Relation, binder: Binder) -> Relation:
    """Bind each branch over the input."""
    for branch in node.branches:
        binder.after[branch] = binder.tabular(branch.expression, given)
    return UNKNOWN_RELATION


def bind_facet(node: FacetOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the columns and the query over the input."""
    for expression in node.expressions:
        binder.scalar(expression, given)
    if node.operator is not None:
        binder.tabular(node.operator, given)
    return UNKNOWN_RELATION
