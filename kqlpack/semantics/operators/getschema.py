"""`getschema`: a row for each column of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.relation import computed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import GetSchemaOperator

_COLUMNS = (
    ("ColumnName", ScalarType.STRING),
    ("ColumnOrdinal", ScalarType.LONG),
    ("DataType", ScalarType.STRING),
    ("ColumnType", ScalarType.STRING),
)


def bind(node: GetSchemaOperator, given: Relation, binder: Binder) -> Relation:
    """Yield the schema's own columns."""
    del binder
    return given.made(node, (computed(name, type_, node) for name, type_ in _COLUMNS), is_open=False)
