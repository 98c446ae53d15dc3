"""From one type to another: what tostring(), tolong() and their kin do, and what KQL does by itself.

In: an expression and a type. Out: an expression of that type. Source: the documentation's pages on each function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb import literals
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import DUCKDB_TYPES

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.source import Span

_T = ScalarType

_DYNAMIC_TO: Final = {
    _T.STRING: "kql_text({})",
    _T.LONG: "kql_dynamic_long({})",
    _T.INT: "TRY_CAST(kql_dynamic_long({}) AS INTEGER)",
    _T.REAL: "kql_dynamic_real({})",
    _T.BOOL: "kql_dynamic_bool({})",
    _T.DECIMAL: "kql_decimal({} ->> '$')",
    _T.GUID: "TRY_CAST({} ->> '$' AS UUID)",
}
_STRING_TO: Final = {
    _T.LONG: "kql_long({})",
    _T.INT: "TRY_CAST(kql_long({}) AS INTEGER)",
    _T.REAL: "kql_real({})",
    _T.BOOL: "kql_bool({})",
    _T.DECIMAL: "kql_decimal({})",
    _T.GUID: "TRY_CAST({} AS UUID)",
    _T.DYNAMIC: "to_json({})",
}
_TO_STRING: Final = {
    _T.BOOL: "CAST({} AS VARCHAR)",
    _T.INT: "CAST({} AS VARCHAR)",
    _T.LONG: "CAST({} AS VARCHAR)",
    _T.REAL: "kql_real_text({})",
    _T.DECIMAL: "kql_decimal_text({})",
    _T.GUID: "CAST({} AS VARCHAR)",
    _T.DATETIME: "kql_datetime_text({})",
    _T.TIMESPAN: "kql_timespan_text({})",
    _T.DYNAMIC: "kql_text({})",
}
_NUMBERS: Final = frozenset({_T.INT, _T.LONG, _T.REAL, _T.DECIMAL})
_TIMES: Final = frozenset({_T.DATETIME, _T.TIMESPAN})
# Ordered by width: a value goes to the right by itself.
_WIDENING: Final = (_T.INT, _T.LONG, _T.REAL, _T.DECIMAL)


def to_string(value: Sql) -> Sql:
    """Write a value as tostring() does; null becomes the empty string."""
    if value.type is _T.STRING:
        return value
    text = _TO_STRING[value.type].format(value)
    if value.nullable and value.type is not _T.DYNAMIC:
        text = f"coalesce({text}, '')"
    return make(text, _T.STRING, [value], nullable=False)


def to_dynamic(value: Sql) -> Sql:
    """Put a value into a dynamic: numbers and bools as they are, everything else as its text."""
    if value.type is _T.DYNAMIC:
        return value
    if value.type in {_T.STRING, _T.BOOL, _T.INT, _T.LONG, _T.REAL}:
        return make(f"to_json({value})", _T.DYNAMIC, [value])
    return make(f"to_json({_TO_STRING[value.type].format(value)})", _T.DYNAMIC, [value])


def from_dynamic(value: Sql, target: ScalarType, compiler: Compiler, scope: Scope, span: Span) -> Sql:
    """Take a value of a type out of a dynamic; what is of another type gives null."""
    if target is _T.DYNAMIC:
        return value
    if target in _TIMES:
        return convert(to_string(value), target, compiler, scope, span)
    return make(_DYNAMIC_TO[target].format(value), target, [value], nullable=target is not _T.STRING)


def convert(value: Sql, target: ScalarType, compiler: Compiler, scope: Scope, span: Span) -> Sql:  # noqa: C901, PLR0911 - one branch a pair
    """Convert as the function of the target's name does (tostring, tolong, todatetime, ...)."""
    source = value.type
    if source is target:
        return value
    if target is _T.STRING:
        return to_string(value)
    if source is _T.DYNAMIC:
        return from_dynamic(value, target, compiler, scope, span)
    if source is _T.STRING:
        if target in _TIMES:
            read = literals.datetime_ticks if target is _T.DATETIME else literals.timespan_ticks
            return compiler.python(read, [value], target, scope, span)
        return make(_STRING_TO[target].format(value), target, [value], nullable=True)
    if target is _T.DYNAMIC:
        return to_dynamic(value)
    if source in _NUMBERS and target in {_T.INT, _T.LONG}:
        whole = f"kql_whole({value})" if source in {_T.REAL, _T.DECIMAL} else value.text
        return make(f"TRY_CAST({whole} AS {DUCKDB_TYPES[target]})", target, [value], nullable=True)
    if source in _NUMBERS and target in {_T.REAL, _T.DECIMAL}:
        return make(f"TRY_CAST({value} AS {DUCKDB_TYPES[target]})", target, [value])
    if source in _NUMBERS and target is _T.BOOL:
        return make(f"({value} <> 0)", target, [value])
    if source is _T.BOOL and target in _NUMBERS:
        return make(f"CAST({value} AS {DUCKDB_TYPES[target]})", target, [value])
    if source in _TIMES and target in {_T.LONG, _T.DATETIME, _T.TIMESPAN}:
        return make(value.text, target, [value])
    if source in {_T.INT, _T.LONG} and target in _TIMES:
        # A number is ticks for todatetime() and totimespan().
        return make(f"CAST({value} AS BIGINT)", target, [value])
    raise UnsupportedError(f"a conversion from {source} to {target}", span)


def coerce(value: Sql, target: ScalarType, compiler: Compiler, scope: Scope, span: Span) -> Sql:
    """Bring an argument to the type that is wanted, where KQL does so by itself; refuse elsewhere."""
    source = value.type
    if source is target:
        return value
    if source is _T.DYNAMIC:
        return from_dynamic(value, target, compiler, scope, span)
    if target is _T.DYNAMIC:
        return to_dynamic(value)
    if source in _NUMBERS and target in _NUMBERS:
        if _WIDENING.index(source) <= _WIDENING.index(target):
            return make(f"CAST({value} AS {DUCKDB_TYPES[target]})", target, [value])
        return convert(value, target, compiler, scope, span)
    if source is _T.STRING and (target is _T.GUID or (not value.row and target in _TIMES)):
        return convert(value, target, compiler, scope, span)
    if source is _T.BOOL and target in _NUMBERS:
        return convert(value, target, compiler, scope, span)
    if target is _T.STRING and source is _T.GUID:
        return to_string(value)
    raise UnsupportedError(f"a value of type {source} where {target} is wanted", span)
