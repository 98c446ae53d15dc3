"""Which type comes out of which. In: scalar types. Out: a scalar type, UNKNOWN where it can't be told.

Sources: the Kusto documentation's pages "Numerical operators" and "Datetime / timespan arithmetic", and the signatures
of Kusto.Language's operators.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOOL, _INT, _LONG = ScalarType.BOOL, ScalarType.INT, ScalarType.LONG
_REAL, _DECIMAL, _DYNAMIC = ScalarType.REAL, ScalarType.DECIMAL, ScalarType.DYNAMIC
_DATETIME, _TIMESPAN, _UNKNOWN = ScalarType.DATETIME, ScalarType.TIMESPAN, ScalarType.UNKNOWN

ARITHMETIC = frozenset("+-*/%")

_WIDTH = {_INT: 0, _LONG: 1, _REAL: 2, _DECIMAL: 3}
_SUMMABLE = frozenset({*_WIDTH, _DATETIME, _TIMESPAN})

# (left, operator, right) with N for any number.
_N = "number"
_TIME_ARITHMETIC: dict[tuple[str, str, str], ScalarType] = {
    (_TIMESPAN, "+", _TIMESPAN): _TIMESPAN,
    (_DATETIME, "+", _TIMESPAN): _DATETIME,
    (_TIMESPAN, "+", _DATETIME): _DATETIME,
    (_DATETIME, "+", _DATETIME): _DATETIME,
    (_TIMESPAN, "-", _TIMESPAN): _TIMESPAN,
    (_DATETIME, "-", _DATETIME): _TIMESPAN,
    (_DATETIME, "-", _TIMESPAN): _DATETIME,
    (_TIMESPAN, "-", _DATETIME): _DATETIME,
    (_TIMESPAN, "*", _TIMESPAN): _TIMESPAN,
    (_TIMESPAN, "*", _N): _TIMESPAN,
    (_N, "*", _TIMESPAN): _TIMESPAN,
    (_DATETIME, "*", _N): _DATETIME,
    (_N, "*", _DATETIME): _DATETIME,
    (_TIMESPAN, "/", _TIMESPAN): _REAL,
    (_TIMESPAN, "/", _N): _TIMESPAN,
    (_DATETIME, "/", _DATETIME): _REAL,
    (_DATETIME, "/", _TIMESPAN): _REAL,
    (_DATETIME, "/", _N): _DATETIME,
    (_TIMESPAN, "%", _TIMESPAN): _TIMESPAN,
    (_TIMESPAN, "%", _N): _TIMESPAN,
    (_DATETIME, "%", _DATETIME): _TIMESPAN,
    (_DATETIME, "%", _TIMESPAN): _TIMESPAN,
    (_DATETIME, "%", _N): _DATETIME,
}


def binary(left: ScalarType, operator: str, right: ScalarType) -> ScalarType:
    """Return the type of `left operator right`; everything that is not arithmetic yields a bool."""
    return _arithmetic(left, operator, right) if operator in ARITHMETIC else _BOOL


def _arithmetic(left: ScalarType, operator: str, right: ScalarType) -> ScalarType:
    if left in _WIDTH and right in _WIDTH:
        return promoted(widest((left, right)))
    if _DYNAMIC in {left, right}:
        return _dynamic_arithmetic(left, operator, right)
    return _TIME_ARITHMETIC.get((_class_of(left), operator, _class_of(right)), _UNKNOWN)


def _dynamic_arithmetic(left: ScalarType, operator: str, right: ScalarType) -> ScalarType:
    other = right if left is _DYNAMIC else left
    if other is _DYNAMIC:
        return _DYNAMIC
    if other is _INT:
        return _LONG
    if other is _DATETIME and operator == "-":
        return _TIMESPAN
    return other if other in _SUMMABLE else _UNKNOWN


def _class_of(type: ScalarType) -> str:
    return _N if type in _WIDTH else type


def unary(operand: ScalarType) -> ScalarType:
    """Return the type of `-operand`."""
    return promoted(operand) if operand in _SUMMABLE or operand is _DYNAMIC else _UNKNOWN


def promoted(type: ScalarType) -> ScalarType:
    """Return the type of arithmetic, of a sum and of a percentile over values of this type: int becomes long."""
    return _LONG if type is _INT else type


def widest(types: Iterable[ScalarType]) -> ScalarType:
    """Return the widest of several numeric types; UNKNOWN when one isn't a number."""
    given = tuple(types)
    if not given or any(type_ not in _WIDTH for type_ in given):
        return _UNKNOWN
    return max(given, key=_WIDTH.__getitem__)


def common(types: Iterable[ScalarType]) -> ScalarType:
    """Return the type that several alternatives have together: coalesce, iff, case, max_of."""
    given = set(types)
    if len(given) == 1:
        return given.pop()
    if _UNKNOWN in given:
        return _UNKNOWN
    if given <= _WIDTH.keys():
        return widest(given)
    return _UNKNOWN


def common_not_dynamic(types: Iterable[ScalarType]) -> ScalarType:
    """As `common`, but an alternative that is dynamic gives way to the others' type (iff, case)."""
    given = set(types)
    return common(given - {_DYNAMIC} or given)
