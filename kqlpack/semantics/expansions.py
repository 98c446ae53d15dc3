"""Calls that yield several columns at once. In: a call whose arguments are typed. Out: its columns, with their names.

Sources: the documentation's pages on arg_max, take_any, percentiles and the series functions named here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics import promotion
from kqlpack.semantics.bound import Origin
from kqlpack.semantics.relation import computed, renamed
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import (
    FunctionCall,
    Literal,
    NameReference,
    ParenthesizedExpression,
    Star,
    UnaryExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Container

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.semantics.relation import Row
    from kqlpack.syntax.nodes import Node

_REAL, _LONG, _DYNAMIC = ScalarType.REAL, ScalarType.LONG, ScalarType.DYNAMIC

# Scalar functions that yield several columns: `series_stats(x)` gives series_stats_x_min, series_stats_x_min_idx, ...
SERIES: dict[str, tuple[tuple[str, ScalarType], ...]] = {
    "series_decompose": (
        ("baseline", _DYNAMIC),
        ("seasonal", _DYNAMIC),
        ("trend", _DYNAMIC),
        ("residual", _DYNAMIC),
    ),
    "series_decompose_anomalies": (("ad_flag", _DYNAMIC), ("ad_score", _DYNAMIC), ("baseline", _DYNAMIC)),
    "series_decompose_forecast": (
        ("forecast", _DYNAMIC),
        ("seasonal", _DYNAMIC),
        ("trend", _DYNAMIC),
        ("residual", _DYNAMIC),
    ),
    "series_fft": (("real", _DYNAMIC), ("imag", _DYNAMIC)),
    "series_ifft": (("real", _DYNAMIC), ("imag", _DYNAMIC)),
    "series_fit_2lines": (
        ("rsquare", _REAL),
        ("split_idx", _LONG),
        ("variance", _REAL),
        ("rvariance", _REAL),
        ("line_fit", _DYNAMIC),
        ("right_rsquare", _REAL),
        ("right_slope", _REAL),
        ("right_interception", _REAL),
        ("right_variance", _REAL),
        ("right_rvariance", _REAL),
        ("left_rsquare", _REAL),
        ("left_slope", _REAL),
        ("left_interception", _REAL),
        ("left_variance", _REAL),
        ("left_rvariance", _REAL),
    ),
    "series_fit_line": (
        ("rsquare", _REAL),
        ("slope", _REAL),
        ("variance", _REAL),
        ("rvariance", _REAL),
        ("interception", _REAL),
        ("line_fit", _DYNAMIC),
    ),
    "series_fit_poly": (
        ("rsquare", _REAL),
        ("coefficients", _DYNAMIC),
        ("variance", _REAL),
        ("rvariance", _REAL),
        ("poly_fit", _DYNAMIC),
    ),
    "series_periods_detect": (("periods", _DYNAMIC), ("scores", _DYNAMIC)),
    "series_periods_validate": (("periods", _DYNAMIC), ("scores", _DYNAMIC)),
    "series_stats": (
        ("min", _REAL),
        ("min_idx", _LONG),
        ("max", _REAL),
        ("max_idx", _LONG),
        ("avg", _REAL),
        ("stdev", _REAL),
        ("variance", _REAL),
    ),
}

_SORTS = frozenset({"array_sort_asc", "array_sort_desc"})
_ARG_AGGREGATES = frozenset({"arg_max", "arg_min", "argmax", "argmin"})
_ANY_AGGREGATES = frozenset({"take_any", "any"})
PERCENTILES = {"percentile": 1, "percentiles": 1, "percentilew": 2, "percentilesw": 2}
_PERCENTILE_ARRAYS = frozenset({"percentiles_array", "percentilesw_array"})


def expand(binder: Binder, node: Node, row: Row, keys: Container[str] = ()) -> list[Symbol] | None:
    """Return the columns of a call that yields several, None for any other expression.

    `keys` are the columns that `summarize` groups by, which `*` leaves out.
    """
    node = unparenthesized(node)
    if not isinstance(node, FunctionCall) or binder.scope.find(node.name.name) is not None:
        return None
    name = node.name.name
    if name in _ARG_AGGREGATES:
        return _arg_extreme(binder, node, row, keys)
    if name in _ANY_AGGREGATES:
        return _take_any(binder, node, row, keys)
    if name in PERCENTILES:
        return _percentiles(binder, node)
    if name in _PERCENTILE_ARRAYS:
        base = result_name(binder.catalog, node.arguments[0]) if node.arguments else ""
        return [computed(f"percentiles_{base}", _DYNAMIC, node, (Origin(node, binder.symbols),))]
    if name in _SORTS:
        return _sorted_arrays(binder, node)
    if name in SERIES:
        base = result_name(binder.catalog, node.arguments[0]) if node.arguments else ""
        origin = Origin(node, binder.symbols)
        return [computed(f"{name}_{base}_{part}", type_, node, (origin,)) for part, type_ in SERIES[name]]
    return None


def _sorted_arrays(binder: Binder, call: FunctionCall) -> list[Symbol] | None:
    """Several arrays that are sorted together stay several; a last bool says where nulls go."""
    arrays = [argument for argument in call.arguments if binder.type_of(argument) is not ScalarType.BOOL]
    if len(arrays) < 2:
        return None
    return [
        computed(f"{result_name(binder.catalog, array)}_sorted", _DYNAMIC, call, (Origin(array, binder.symbols),))
        for array in arrays
    ]


def _arg_extreme(binder: Binder, call: FunctionCall, row: Row, keys: Container[str]) -> list[Symbol]:
    if not call.arguments:
        return []
    first, *returned = call.arguments
    legacy = call.name.name.removeprefix("arg") if call.name.name in {"argmax", "argmin"} else ""
    found = [_column(binder, first, row, prefix=f"{legacy}_" if legacy else "", default=f"{call.name.name[-3:]}_")]
    prefix = f"{found[0].name}_" if legacy else ""
    for argument in returned:
        if isinstance(argument, Star):
            taken = {column.name for column in found} | {_plain_name(first)}
            others = (each for each in row.relation.columns if each.name not in keys and each.name not in taken)
            found.extend(renamed(each, prefix + each.name) if prefix else each for each in others)
        else:
            found.append(_column(binder, argument, row, prefix=prefix))
    return found


def _plain_name(node: Node) -> str:
    return node.name if isinstance(node, NameReference) else ""


def _take_any(binder: Binder, call: FunctionCall, row: Row, keys: Container[str]) -> list[Symbol]:
    prefix = "any_" if call.name.name == "any" else ""
    found: list[Symbol] = []
    for argument in call.arguments:
        if isinstance(argument, Star):
            others = (each for each in row.relation.columns if each.name not in keys)
            found.extend(renamed(each, prefix + each.name) if prefix else each for each in others)
        else:
            found.append(_column(binder, argument, row, prefix=prefix))
    return found


def _column(binder: Binder, node: Node, row: Row, *, prefix: str = "", default: str = "") -> Symbol:
    """Return the column that an argument becomes: itself, where it is a column's name."""
    if isinstance(node, NameReference) and not prefix:
        column = row.relation.find(node.name)
        if column is not None:
            return column
    name = result_name(binder.catalog, node)
    origin = Origin(node, binder.symbols)
    return computed(f"{prefix}{name}" if name else default, binder.type_of(node), node, (origin,))


def _percentiles(binder: Binder, call: FunctionCall) -> list[Symbol]:
    if not call.arguments:
        return []
    value = call.arguments[0]
    base = f"percentile_{result_name(binder.catalog, value)}"
    ranks = call.arguments[PERCENTILES[call.name.name] :]
    type_ = promotion.promoted(binder.type_of(value))
    origin = Origin(value, binder.symbols)
    return [computed(f"{base}_{_rank_name(rank)}", type_, call, (origin,)) for rank in ranks]


def _rank_name(rank: Node) -> str:
    """Return how a percentile's rank stands in the column's name: `99_9` for 99.9."""
    while isinstance(rank, (ParenthesizedExpression, UnaryExpression)):
        rank = rank.expression if isinstance(rank, ParenthesizedExpression) else rank.operand
    return rank.text.replace(".", "_") if isinstance(rank, Literal) else ""
