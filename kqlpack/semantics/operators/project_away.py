"""`project-away a, b*`: all columns but these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.wildcards import matching

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ProjectAwayOperator


def bind(node: ProjectAwayOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the names and patterns."""
    away = {column.name for expression in node.expressions for column in matching(expression, given, binder)}
    return given.made(node, (column for column in given.columns if column.name not in away))
