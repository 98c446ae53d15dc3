"""`+ - * / %` and the sign. In: operands. Out: `Sql`.

Source: the documentation's pages "Numerical operators" and "Datetime / timespan arithmetic": whole numbers divide to
whole numbers, `%` is never negative, and times are ticks, so that their arithmetic is exact.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import DECIMAL_QUANTUM
from kqlpack.semantics import promotion

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import BinaryExpression, UnaryExpression

_T = ScalarType
_INTEGERS: Final = frozenset({_T.INT, _T.LONG})
_NUMBERS: Final = frozenset({_T.INT, _T.LONG, _T.REAL, _T.DECIMAL})
_TIMES: Final = frozenset({_T.DATETIME, _T.TIMESPAN})
OPERATORS: Final = frozenset({"+", "-", "*", "/", "%"})


def unary(compiler: Compiler, node: UnaryExpression, scope: Scope) -> Sql:
    """Compile `-x` and `+x`."""
    value = compiler.scalar(node.operand, scope)
    if value.type is _T.DYNAMIC:
        value = make(f"kql_strict_long({value})", _T.LONG, [value], nullable=True)
    if value.type not in _NUMBERS and value.type is not _T.TIMESPAN:
        raise UnsupportedError(f"`{node.operator}` before a value of type {value.type}", node.span)
    return value if node.operator == "+" else make(f"(-{value})", value.type, [value])


def compile_arithmetic(compiler: Compiler, node: BinaryExpression, left: Sql, right: Sql, scope: Scope) -> Sql:
    """Compile `left operator right`."""
    left, right = _without_dynamic(left, right.type, node), _without_dynamic(right, left.type, node)
    result = promotion.binary(left.type, node.operator, right.type)
    parts = (left, right)
    if result is _T.UNKNOWN:
        raise UnsupportedError(f"`{node.operator}` between {left.type} and {right.type}", node.operator_span)
    if left.type in _TIMES or right.type in _TIMES:
        return make(_times(node, left, right, result), result, parts, nullable=None if node.operator in "+-*" else True)
    if result is _T.DECIMAL:
        return _decimals(compiler, node.operator, left, right, scope, node.span)
    if result is _T.REAL:
        return make(_reals(node.operator, _real(left), _real(right)), result, parts)
    if result is _T.LONG and left.type is _T.INT:
        left = make(f"CAST({left} AS BIGINT)", _T.LONG, [left])
    text = {
        "/": f"({left} // {right})",
        "%": f"kql_modulo({left}, {right})",
    }.get(node.operator, f"({left} {node.operator} {right})")
    return make(text, result, parts, nullable=None if node.operator in "+-*" else True)


def _without_dynamic(value: Sql, other: ScalarType, node: BinaryExpression) -> Sql:
    if value.type is not _T.DYNAMIC:
        return value
    if other in _INTEGERS:
        return make(f"kql_strict_long({value})", _T.LONG, [value], nullable=True)
    if other is _T.REAL:
        return make(f"kql_dynamic_real({value})", _T.REAL, [value], nullable=True)
    raise UnsupportedError(
        f"`{node.operator}` between dynamic and {other}",
        node.operator_span,
        "convert the dynamic first, as with tolong()",
    )


def _real(value: Sql) -> str:
    return value.text if value.type is _T.REAL else f"CAST({value} AS DOUBLE)"


def _reals(operator: str, left: str, right: str) -> str:
    return f"kql_modulo({left}, {right})" if operator == "%" else f"({left} {operator} {right})"


def _times(node: BinaryExpression, left: Sql, right: Sql, result: ScalarType) -> str:
    operator = node.operator
    both_times = left.type in _TIMES and right.type in _TIMES
    if both_times and operator in {"+", "-"}:
        if left.type is _T.DATETIME and right.type is _T.DATETIME and operator == "+":
            raise UnsupportedError("`+` between two datetimes", node.operator_span)
        if left.type is _T.TIMESPAN and right.type is _T.DATETIME and operator == "-":
            raise UnsupportedError("a datetime subtracted from a timespan", node.operator_span)
        return f"({left} {operator} {right})"
    if both_times and operator == "/":
        return f"(CAST({left} AS DOUBLE) / {right})"
    if both_times and operator == "%":
        return f"kql_modulo({left}, {right})"
    if result is not _T.TIMESPAN or operator == "%":
        raise UnsupportedError(f"`{operator}` between {left.type} and {right.type}", node.operator_span)
    if left.type in _INTEGERS or right.type in _INTEGERS:
        return f"({left} // {right})" if operator == "/" else f"({left} * {right})"
    if {left.type, right.type} & {_T.REAL}:
        return f"TRY_CAST(trunc(CAST({left} AS DOUBLE) {operator} CAST({right} AS DOUBLE)) AS BIGINT)"
    raise UnsupportedError(f"`{operator}` between {left.type} and {right.type}", node.operator_span)


def _decimals(compiler: Compiler, operator: str, left: Sql, right: Sql, scope: Scope, span: Span) -> Sql:
    sides = [
        value if value.type is _T.DECIMAL else make(f"CAST({value} AS DECIMAL(38,18))", _T.DECIMAL, [value])
        for value in (left, right)
    ]
    if operator in {"+", "-"}:
        return make(f"CAST(({sides[0]} {operator} {sides[1]}) AS DECIMAL(38,18))", _T.DECIMAL, sides)

    # DuckDB multiplies decimals into more digits than it has, and divides them as reals.
    def compute(first: Decimal, second: Decimal) -> Decimal | None:
        with localcontext(Context(prec=60)):
            if operator == "*":
                return (first * second).quantize(DECIMAL_QUANTUM)
            if not second:
                return None
            if operator == "/":
                return (first / second).quantize(DECIMAL_QUANTUM)
            return first - second * (first / second).to_integral_value(rounding="ROUND_FLOOR")

    return compiler.python(compute, sides, _T.DECIMAL, scope, span)
