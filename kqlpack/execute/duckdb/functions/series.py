"""Functions over series: arrays of numbers. Element by element in Python; what is no number gives null."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any, Final

from kqlpack.execute.duckdb.functions.rows import DYNAMIC, REAL, Row, python

if TYPE_CHECKING:
    from collections.abc import Callable


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _each(function: Callable[[Any], Any]) -> Row:
    def compute(series: Any) -> list[Any] | None:
        if not isinstance(series, list):
            return None
        return [_tried(function, item) if _is_number(item) else None for item in series]

    return python(DYNAMIC, compute, DYNAMIC)


def _tried(function: Callable[..., Any], *values: Any) -> Any:
    try:
        return function(*values)
    except ZeroDivisionError:
        return math.nan if not values[0] else math.copysign(math.inf, values[0])
    except (ValueError, OverflowError):
        return math.nan


def _pairwise(function: Callable[[Any, Any], Any]) -> Row:
    def compute(first: Any, second: Any) -> list[Any] | None:
        if _is_number(first) and isinstance(second, list):
            first = [first] * len(second)
        if _is_number(second) and isinstance(first, list):
            second = [second] * len(first)
        if not isinstance(first, list) or not isinstance(second, list):
            return None
        size = max(len(first), len(second))
        result: list[Any] = []
        for index in range(size):
            left = first[index] if index < len(first) else None
            right = second[index] if index < len(second) else None
            result.append(_tried(function, left, right) if _is_number(left) and _is_number(right) else None)
        return result

    return python(DYNAMIC, compute, DYNAMIC, DYNAMIC)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _power(base: float, exponent: float) -> float:
    # Python's own makes complex numbers of some, and whole numbers without end of others.
    is_whole = isinstance(base, int) and isinstance(exponent, int) and 0 <= exponent < 64
    return base**exponent if is_whole else math.pow(base, exponent)


def _sum(series: Any) -> float | None:
    return math.fsum(series) if isinstance(series, list) and all(map(_is_number, series)) else None


def _product(series: Any) -> float | None:
    return float(math.prod(series)) if isinstance(series, list) and all(map(_is_number, series)) else None


def _magnitude(series: Any) -> float | None:
    return math.hypot(*series) if isinstance(series, list) and all(map(_is_number, series)) else None


def _dot(first: Any, second: Any) -> float | None:
    if _is_number(second) and isinstance(first, list):
        second = [second] * len(first)
    if _is_number(first) and isinstance(second, list):
        first = [first] * len(second)
    if not isinstance(first, list) or not isinstance(second, list) or len(first) != len(second):
        return None
    return math.fsum(left * right for left, right in zip(first, second, strict=True))


def _cosine(first: Any, second: Any, first_size: float | None = None, second_size: float | None = None) -> float | None:
    dot = _dot(first, second)
    if dot is None:
        return None
    left = first_size if first_size is not None else math.hypot(*first)
    right = second_size if second_size is not None else math.hypot(*second)
    return dot / (left * right) if left and right else math.nan


def _pearson(first: Any, second: Any) -> float | None:
    if not isinstance(first, list) or not isinstance(second, list) or len(first) != len(second) or not first:
        return None
    left_mean, right_mean = math.fsum(first) / len(first), math.fsum(second) / len(second)
    left, right = [item - left_mean for item in first], [item - right_mean for item in second]
    scale = math.sqrt(math.fsum(item * item for item in left) * math.fsum(item * item for item in right))
    return math.fsum(one * other for one, other in zip(left, right, strict=True)) / scale if scale else math.nan


# ---- filling ---------------------------------------------------------------------------------------------------------


def _forward(series: Any, placeholder: Any = None) -> list[Any] | None:
    if not isinstance(series, list):
        return None
    result: list[Any] = []
    last: Any = None
    for item in series:
        if item is not None and item != placeholder:
            last = item
            result.append(item)
        else:
            result.append(last if last is not None else item)
    return result


def _backward(series: Any, placeholder: Any = None) -> list[Any] | None:
    found = _forward(series[::-1], placeholder) if isinstance(series, list) else None
    return found[::-1] if found is not None else None


def _constant(series: Any, value: Any, placeholder: Any = None) -> list[Any] | None:
    if not isinstance(series, list):
        return None
    return [value if item is None or item == placeholder else item for item in series]


_UNARY: Final[dict[str, Callable[[Any], Any]]] = {
    "series_abs": abs,
    "series_acos": math.acos,
    "series_asin": math.asin,
    "series_atan": math.atan,
    "series_ceiling": math.ceil,
    "series_cos": math.cos,
    "series_exp": math.exp,
    "series_floor": math.floor,
    "series_log": math.log,
    "series_sign": _sign,
    "series_sin": math.sin,
    "series_tan": math.tan,
}
_BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "series_add": operator.add,
    "series_divide": operator.truediv,
    "series_equals": operator.eq,
    "series_greater": operator.gt,
    "series_greater_equals": operator.ge,
    "series_less": operator.lt,
    "series_less_equals": operator.le,
    "series_multiply": operator.mul,
    "series_not_equals": operator.ne,
    "series_pow": _power,
    "series_subtract": operator.sub,
}

ROWS: Final[dict[str, Row]] = {
    **{name: _each(function) for name, function in _UNARY.items()},
    **{name: _pairwise(function) for name, function in _BINARY.items()},
    "series_cosine_similarity": python(REAL, _cosine, DYNAMIC, DYNAMIC, REAL, REAL, least=2),
    "series_dot_product": python(REAL, _dot, DYNAMIC, DYNAMIC),
    "series_fill_backward": python(DYNAMIC, _backward, DYNAMIC, DYNAMIC, least=1),
    "series_fill_const": python(DYNAMIC, _constant, DYNAMIC, DYNAMIC, DYNAMIC, least=2),
    "series_fill_forward": python(DYNAMIC, _forward, DYNAMIC, DYNAMIC, least=1),
    "series_magnitude": python(REAL, _magnitude, DYNAMIC),
    "series_pearson_correlation": python(REAL, _pearson, DYNAMIC, DYNAMIC),
    "series_product": python(REAL, _product, DYNAMIC),
    "series_sum": python(REAL, _sum, DYNAMIC),
}
