"""`search in (tables) predicate`: all columns of what is searched, and `$table`, which names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.union import united, wildcard_legs
from kqlpack.semantics.relation import ANY_TABLE, NO_INPUT, OutputColumns, computed
from kqlpack.syntax.nodes import Star, WildcardedName

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node, SearchOperator


def bind(node: SearchOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the tables and the predicate; without tables and without an input everything is searched."""
    searched = united(node, searched_tables(node.tables, binder)) if node.tables else given
    if searched is NO_INPUT:
        searched = ANY_TABLE
    columns = OutputColumns([computed("$table", ScalarType.STRING, node)])
    for column in searched.columns:
        columns.add(column)
    result = searched.made(node, columns)
    if not isinstance(node.predicate, Star):
        binder.scalar(node.predicate, result)
    return result


def searched_tables(tables: tuple[Node, ...], binder: Binder) -> list[Relation]:
    """Bind the tables in `in (...)`."""
    legs: list[Relation] = []
    for table in tables:
        if isinstance(table, WildcardedName):
            legs.extend(wildcard_legs(table, binder))
        else:
            legs.append(binder.tabular(table))
    return legs
