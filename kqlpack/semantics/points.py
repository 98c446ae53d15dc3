"""Constants that lie on a line: numbers, timespans, datetimes. In: expressions. Out: `Point` values to compare.

`now()` is one moment throughout a query (the Kusto documentation's page on now()), so `ago(1d)` and `now() - 1h` can be
compared with each other, though not with a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.literals import BadLiteralError, literal_value
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    LetStatement,
    Literal,
    NameReference,
    UnaryExpression,
    unparenthesized,
    walk,
)
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import Node

_NUMBERS = frozenset({"int", "long", "real", "decimal"})
_NOW = frozenset({"now", "ago"})
# Nobody writes a bound that is deeper.
_DEEPEST = 8
NUMBER, SPAN, DATE, RELATIVE = "number", "span", "date", "relative"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a line. `line`: numbers, spans, dates, or what counts from now. Times are in ticks of 100 ns."""

    line: str
    value: Decimal

    def is_after(self, other: Point) -> bool:
        """Tell whether this lies behind the other for certain."""
        return self.line == other.line and self.value > other.value


def point(node: Node, bound: Bound, depth: int = 0) -> Point | None:
    """Return where a constant expression lies, names given by a `let` included; None for any other."""
    node = constant(node, bound)
    if depth > _DEEPEST:
        return None
    match node:
        case Literal():
            return _literal(node)
        case UnaryExpression():
            inner = point(node.operand, bound, depth + 1)
            if inner is None or inner.line not in {NUMBER, SPAN}:
                return None
            return Point(inner.line, -inner.value if node.operator == "-" else inner.value)
        case FunctionCall() if _is_built_in(node, bound, _NOW):
            return _moment(node, bound, depth)
        case BinaryExpression(operator="+" | "-"):
            return _sum(node, bound, depth)
        case _:
            return None


def constant(node: Node, bound: Bound) -> Node:
    """Return what a name stands for that a `let` gives to a value; any other expression as it is."""
    for _ in range(_DEEPEST):
        node = unparenthesized(node)
        symbol = bound.symbol_of(node) if isinstance(node, NameReference) else None
        if symbol is None or symbol.kind is not SymbolKind.VARIABLE:
            break
        let = _lets(bound).get(symbol.declaration) if symbol.declaration is not None else None
        if let is None:
            break
        node = let.expression
    return node


@lru_cache(maxsize=1)
def _lets(bound: Bound) -> dict[Node, LetStatement]:
    """Return a query's `let` statements by the names that they declare."""
    return {one.name: one for one in walk(bound.parsed.root) if isinstance(one, LetStatement)}


def _is_built_in(call: FunctionCall, bound: Bound, names: frozenset[str]) -> bool:
    symbol = bound.symbol_of(call.name)
    return call.name.name in names and symbol is not None and symbol.declaration is None


def is_written_out(node: Node, bound: Bound) -> bool:
    """Tell whether a constant expression names no `let`."""
    for one in walk(node):
        symbol = bound.symbol_of(one) if isinstance(one, NameReference) else None
        if symbol is not None and symbol.kind is not SymbolKind.FUNCTION:
            return False
    return True


def _literal(node: Literal) -> Point | None:
    try:
        value = literal_value(node)
    except BadLiteralError:
        return None
    if isinstance(value, Datetime):
        return Point(DATE, Decimal(value.ticks))
    if isinstance(value, Timespan):
        return Point(SPAN, Decimal(value.ticks))
    if node.kind not in _NUMBERS or value is None:
        return None
    number = Decimal(value)
    return Point(NUMBER, number) if number.is_finite() else None


def _moment(node: FunctionCall, bound: Bound, depth: int) -> Point | None:
    if not node.arguments:
        return Point(RELATIVE, Decimal(0)) if node.name.name == "now" else None
    if len(node.arguments) > 1:
        return None
    span = point(node.arguments[0], bound, depth + 1)
    if span is None or span.line != SPAN:
        return None
    return Point(RELATIVE, -span.value if node.name.name == "ago" else span.value)


def _sum(node: BinaryExpression, bound: Bound, depth: int) -> Point | None:
    left, right = point(node.left, bound, depth + 1), point(node.right, bound, depth + 1)
    # Numbers round and overflow; sums of times don't within the years that anybody writes.
    if left is None or right is None or right.line != SPAN or left.line == NUMBER:
        return None
    return Point(left.line, left.value + right.value if node.operator == "+" else left.value - right.value)
