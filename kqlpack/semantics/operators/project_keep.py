"""`project-keep a, b*`: only these columns, in the input's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.wildcards import matching
from kqlpack.semantics.relation import computed
from kqlpack.syntax.nodes import NameReference, WildcardedName

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ProjectKeepOperator


def bind(node: ProjectKeepOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the names and patterns; a pattern over an open input may keep more than is known."""
    kept = {column.name for expression in node.expressions for column in matching(expression, given, binder)}
    columns = [column for column in given.columns if column.name in kept]
    columns.extend(
        computed(expression.name, ScalarType.UNKNOWN, expression)
        for expression in node.expressions
        if isinstance(expression, NameReference) and expression.name not in kept
    )
    has_pattern = any(isinstance(expression, WildcardedName) for expression in node.expressions)
    return given.made(node, columns, is_open=given.is_open and has_pattern)
