"""`parse x with pattern` and `parse-where`: adds the columns that the pattern names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics.bound import Origin
from kqlpack.semantics.relation import OutputColumns, computed
from kqlpack.syntax.nodes import NameAndType

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ParseOperator


def bind(node: ParseOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expression; a column without a type is a string."""
    binder.scalar(node.expression, given)
    columns = OutputColumns(given.columns)
    for part in node.pattern:
        if isinstance(part, NameAndType):
            type_ = scalar_type(part.type.name) if part.type is not None else ScalarType.STRING
            columns.put(computed(part.name.name, type_, part.name, (Origin(node.expression, binder.symbols),)))
    return given.made(node, columns)
