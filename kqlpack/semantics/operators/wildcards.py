"""Lists of column names with wildcards. In: names and patterns. Out: the columns of the input that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.semantics.scalars import column as bind_column
from kqlpack.syntax.nodes import NameReference, OrderedExpression, Star, WildcardedName

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node


def matching(node: Node, given: Relation, binder: Binder) -> list[Symbol]:
    """Return the columns that an entry means, in the input's order; report a plain name that means none."""
    if isinstance(node, OrderedExpression):
        node = node.expression
    if isinstance(node, Star):
        return list(given.columns)
    if isinstance(node, WildcardedName):
        pattern = pattern_of(node.pattern)
        return [column for column in given.columns if pattern.fullmatch(column.name)]
    if isinstance(node, NameReference):
        bind_column(binder, node, given)
        found = given.find(node.name)
        return [found] if found is not None else []
    binder.scalar(node, given)
    return []


def pattern_of(wildcard: str) -> re.Pattern[str]:
    """Return a wildcard as a regular expression."""
    return re.compile(".*".join(re.escape(part) for part in wildcard.split("*")), re.DOTALL)
