"""`find in (tables) where predicate`: which columns come out depends on the tables and on what the predicate names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.search import searched_tables
from kqlpack.semantics.relation import UNKNOWN_RELATION

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import FindOperator


def bind(node: FindOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the tables; nothing is claimed about columns."""
    del given
    searched_tables(node.tables, binder)
    binder.scalar(node.predicate, UNKNOWN_RELATION)
    return UNKNOWN_RELATION.made(node, (), is_open=True)
