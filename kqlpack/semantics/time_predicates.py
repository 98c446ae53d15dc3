"""Which columns a predicate bounds. In: a predicate, or an expression. Out: names of columns.

"Bounds" means that the predicate can only hold where the column compares in some way: a comparison, `between`, `in`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    FunctionCall,
    InExpression,
    NameReference,
    ParenthesizedExpression,
    PathExpression,
    children,
)

if TYPE_CHECKING:
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import Node

# Stands for `ingestion_time()` among names of columns; no column is called so.
INGESTION_TIME = "ingestion_time()"

_COMPARISONS = frozenset({"<", "<=", ">", ">=", "=="})
_MEMBERSHIP = frozenset({"in", "in~"})
_NONE: frozenset[str] = frozenset()

# What comes out of these comes again each day, week or year, or says nothing about when.
_PERIODIC = frozenset(
    {"hourofday", "dayofweek", "dayofmonth", "dayofyear", "monthofyear", "week_of_year", "weekofyear", "datetime_part"}
    | {"getmonth", "isempty", "isnotempty", "isnull", "isnotnull", "notnull", "notempty", "gettype", "not"}
)


def bounded_columns(bound: Bound, predicate: Node) -> frozenset[str]:
    """Return the columns that a predicate bounds: with `and` those of either side, with `or` those of both."""
    found: dict[Node, frozenset[str]] = {}
    stack: list[tuple[Node, bool]] = [(predicate, False)]
    while stack:
        node, operands_done = stack.pop()
        below = _parts(node)
        if not below:
            found[node] = _of_comparison(bound, node)
        elif not operands_done:
            stack.append((node, True))
            stack.extend((part, False) for part in below)
        elif isinstance(node, BinaryExpression) and node.operator == "or":
            found[node] = found[node.left] & found[node.right]
        else:
            found[node] = _NONE.union(*(found[part] for part in below))
    return found[predicate]


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, ParenthesizedExpression):
        return (node.expression,)
    if isinstance(node, BinaryExpression) and node.operator in {"and", "or"}:
        return (node.left, node.right)
    return ()


def _of_comparison(bound: Bound, node: Node) -> frozenset[str]:
    match node:
        case BinaryExpression(operator=operator) if operator in _COMPARISONS:
            return columns_in(bound, node.left) | columns_in(bound, node.right)
        case BetweenExpression(operator="between"):
            return _NONE.union(*(columns_in(bound, part) for part in (node.left, node.low, node.high)))
        case InExpression(operator=operator) if operator in _MEMBERSHIP:
            return columns_in(bound, node.left)
        case FunctionCall():
            symbol = bound.symbol_of(node.name)
            # A function of the query's own: what it compares is in its body, and likely what it is given.
            if symbol is not None and symbol.kind is SymbolKind.FUNCTION and symbol.declaration is not None:
                return _NONE.union(*(columns_in(bound, argument) for argument in node.arguments))
            return _NONE
        case _:
            return _NONE


def columns_in(bound: Bound, expression: Node) -> frozenset[str]:
    """Return the column that an expression's value follows: `x` in `bin(x, 1h)` and `now() - x`.

    What is made of several columns, such as the time between two events, follows none of them.
    """
    found: set[str] = set()
    stack = [expression]
    while stack:
        node = stack.pop()
        match node:
            case NameReference():
                symbol = bound.symbol_of(node)
                if symbol is None or symbol.kind is SymbolKind.COLUMN:
                    found.add(node.name)
            case FunctionCall():
                if node.name.name == "ingestion_time":
                    found.add(INGESTION_TIME)
                elif node.name.name not in _PERIODIC:
                    stack.extend(node.arguments)
            case PathExpression():
                stack.append(node.expression)
            case BetweenExpression() | InExpression():
                continue
            case BinaryExpression() if node.operator not in "+-*/%":
                continue
            case _:
                stack.extend(children(node))
    return frozenset(found) if len(found) == 1 else _NONE
