"""`project-by-names "a", "b*", dynamic(["c"])`: the columns of these names, in the order of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.wildcards import pattern_of
from kqlpack.semantics.relation import UNKNOWN_RELATION
from kqlpack.syntax.nodes import DynamicLiteral, JsonArray, StringLiteral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node, ProjectByNamesOperator


def bind(node: ProjectByNamesOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the list; names that are worked out while the query runs leave the columns unknown."""
    for expression in node.expressions:
        binder.scalar(expression, given)
    names = written_names(node.expressions)
    if names is None or given.is_open:
        return given.made(node, UNKNOWN_RELATION.columns, is_open=True)
    kept: dict[str, Symbol] = {}
    for name in names:
        pattern = pattern_of(name)
        kept.update((column.name, column) for column in given.columns if pattern.fullmatch(column.name))
    return given.made(node, kept.values())


def written_names(expressions: Sequence[Node]) -> list[str] | None:
    """Return the names that stand in the query as literals; None where one is the value of something else."""
    names: list[str] = []
    for expression in expressions:
        value = expression.value if isinstance(expression, DynamicLiteral) else expression
        items = value.items if isinstance(value, JsonArray) else (value,)
        for item in items:
            if not isinstance(item, StringLiteral):
                return None
            names.append(item.value)
    return names
