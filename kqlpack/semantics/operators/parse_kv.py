"""`parse-kv x as (schema)`: adds the columns of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.bound import Origin
from kqlpack.semantics.relation import OutputColumns, computed
from kqlpack.semantics.sources import declared_columns

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ParseKvOperator


def bind(node: ParseKvOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expression."""
    binder.scalar(node.expression, given)
    declared = declared_columns(node.schema)
    columns = OutputColumns(given.columns)
    for column in declared.columns:
        origin = Origin(node.expression, binder.symbols)
        columns.put(computed(column.name, column.type, column.declaration, (origin,)))
    return given.made(node, columns, is_open=given.is_open or declared.is_open)
