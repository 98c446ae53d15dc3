"""`project-reorder a, b* asc`: these columns first, then the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.semantics.operators.wildcards import matching
from kqlpack.syntax.nodes import NameReference, OrderedExpression

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node, ProjectReorderOperator

_DIGITS = re.compile(r"(\d+)")


def bind(node: ProjectReorderOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the names and patterns; a pattern does not move what an entry of its own name moves."""
    named = {name for name in map(_plain_name, node.expressions) if name is not None}
    first: dict[str, Symbol] = {}
    for expression in node.expressions:
        found = matching(expression, given, binder)
        if _plain_name(expression) is None:
            found = _ordered([column for column in found if column.name not in named], expression)
        for column in found:
            first.setdefault(column.name, column)
    rest = (column for column in given.columns if column.name not in first)
    return given.made(node, [*first.values(), *rest])


def _plain_name(expression: Node) -> str | None:
    inner = expression.expression if isinstance(expression, OrderedExpression) else expression
    return inner.name if isinstance(inner, NameReference) else None


def _ordered(columns: list[Symbol], expression: Node) -> list[Symbol]:
    order = expression.order if isinstance(expression, OrderedExpression) else None
    if order is None:
        return columns
    key = _granny if order.startswith("granny") else _plain
    return sorted(columns, key=key, reverse=order.endswith("desc"))


def _plain(column: Symbol) -> list[tuple[int, str]]:
    return [(0, column.name)]


def _granny(column: Symbol) -> list[tuple[int, str]]:
    """Return a key by which a2 comes before a10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(column.name)]
