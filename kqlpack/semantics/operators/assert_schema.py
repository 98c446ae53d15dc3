"""`assert-schema (schema)`: the columns are those of the schema, or the query fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.sources import declared_columns

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import AssertSchemaOperator


def bind(node: AssertSchemaOperator, given: Relation, binder: Binder) -> Relation:
    """Yield the schema."""
    del binder
    declared = declared_columns(node.schema)
    return given.made(node, declared.columns, is_open=declared.is_open)
