"""Constants that lie on a line: numbers, timespans, datetimes. In: expressions. Out: `Point` values to compare.

`now()` is one moment throughout a query (the Kusto documentation's page on now()), so `ago(1d)` and `now() - 1h` can be
compared with each other, though not with a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kqlpack.lint import operands
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.literals import BadLiteralError, literal_value
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, Literal, NameReference, UnaryExpression, walk
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from kqlpack.lint.context import KqlContext
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


def point(node: Node, context: KqlContext, depth: int = 0) -> Point | None:
    """Return where a constant expression lies, names given by a `let` included; None for any other."""
    node = operands.constant(node, context)
    if depth > _DEEPEST:
        return None
    match node:
        case Literal():
            return _literal(node)
        case UnaryExpression():
            inner = point(node.operand, context, depth + 1)
            if inner is None or inner.line not in {NUMBER, SPAN}:
                return None
            return Point(inner.line, -inner.value if node.operator == "-" else inner.value)
        case FunctionCall() if operands.calls(node, context, _NOW):
            return _moment(node, context, depth)
        case BinaryExpression(operator="+" | "-"):
            return _sum(node, context, depth)
        case _:
            return None


def is_written_out(node: Node, context: KqlContext) -> bool:
    """Tell whether a constant expression names no `let`."""
    for one in walk(node):
        symbol = context.bound.symbol_of(one) if isinstance(one, NameReference) else None
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


def _moment(node: FunctionCall, context: KqlContext, depth: int) -> Point | None:
    if not node.arguments:
        return Point(RELATIVE, Decimal(0)) if node.name.name == "now" else None
    if len(node.arguments) > 1:
        return None
    span = point(node.arguments[0], context, depth + 1)
    if span is None or span.line != SPAN:
        return None
    return Point(RELATIVE, -span.value if node.name.name == "ago" else span.value)


def _sum(node: BinaryExpression, context: KqlContext, depth: int) -> Point | None:
    left, right = point(node.left, context, depth + 1), point(node.right, context, depth + 1)
    # Numbers round and overflow; sums of times don't within the years that anybody writes.
    if left is None or right is None or right.line != SPAN or left.line == NUMBER:
        return None
    return Point(left.line, left.value + right.value if node.operator == "+" else left.value - right.value)
