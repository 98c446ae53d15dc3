"""KQL's types in DuckDB. In: values of one side. Out: the same values on the other side.

datetime and timespan are BIGINT ticks of 100 ns (a datetime's count from 0001-01-01): DuckDB's own types stop at the
microsecond. dynamic is JSON text, minified; a dynamic that is null is NULL, never the text `null`. A string is never
NULL.
"""

from __future__ import annotations

import json
import math
import uuid
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError
from kqlpack.execute.duckdb.literals import MAX_TICKS, OUT_OF_TIME
from kqlpack.execute.duckdb.sql import Sql, string
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Callable

DUCKDB_TYPES: Final[dict[ScalarType, str]] = {
    ScalarType.BOOL: "BOOLEAN",
    ScalarType.INT: "INTEGER",
    ScalarType.LONG: "BIGINT",
    ScalarType.REAL: "DOUBLE",
    ScalarType.DECIMAL: "DECIMAL(38,18)",
    ScalarType.STRING: "VARCHAR",
    ScalarType.DATETIME: "BIGINT",
    ScalarType.TIMESPAN: "BIGINT",
    ScalarType.GUID: "UUID",
    ScalarType.DYNAMIC: "JSON",
}
DECIMAL_QUANTUM: Final = Decimal(1).scaleb(-18)
_WIDE: Final = Context(prec=80)


def dump(value: Any) -> str:
    """Write a dynamic value as the engine keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def load(text: str) -> Any:
    """Read a dynamic value."""
    return json.loads(text)


def _instant(ticks: int) -> Datetime:
    if not 0 <= ticks <= MAX_TICKS:
        raise ExecutionError(OUT_OF_TIME)
    return Datetime(ticks)


_TO_PYTHON: Final[dict[ScalarType, Callable[[Any], Any]]] = {
    ScalarType.DATETIME: _instant,
    ScalarType.TIMESPAN: Timespan,
    ScalarType.DYNAMIC: load,
    ScalarType.DECIMAL: lambda value: Decimal(format(value.normalize(), "f")),
}


def converter(type_: ScalarType) -> Callable[[Any], Any] | None:
    """Return what turns DuckDB's value into the result's; None where they are the same."""
    return _TO_PYTHON.get(type_)


def literal(value: Any, type_: ScalarType) -> Sql:
    """Write a value as SQL: ticks for datetime and timespan, Python values for dynamic, None for null."""
    if type_ is ScalarType.STRING:
        return Sql(string("" if value is None else str(value)), type_, nullable=False)
    if value is None:
        return Sql(f"CAST(NULL AS {DUCKDB_TYPES.get(type_, 'JSON')})", type_, nullable=True)
    return Sql(_WRITE[type_](value), type_, nullable=False)


def _real(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        return f"CAST('{value}' AS DOUBLE)"
    return f"CAST({value!r} AS DOUBLE)" if value >= 0 else f"(-CAST({-value!r} AS DOUBLE))"


def _integer(sql_type: str) -> Callable[[int], str]:
    def write(value: int) -> str:
        return f"CAST({value} AS {sql_type})" if value >= 0 else f"CAST('{value}' AS {sql_type})"

    return write


def _decimal(value: Decimal) -> str:
    if abs(value) >= Decimal(10) ** 20 or value.quantize(DECIMAL_QUANTUM, context=_WIDE) != value:
        raise ExecutionError(
            f"the embedded engine keeps decimals of 20 digits before the point and 18 after it: {value}"
        )
    return f"CAST('{value:f}' AS DECIMAL(38,18))"


_WRITE: Final[dict[ScalarType, Callable[[Any], str]]] = {
    ScalarType.BOOL: lambda value: "TRUE" if value else "FALSE",
    ScalarType.INT: _integer("INTEGER"),
    ScalarType.LONG: _integer("BIGINT"),
    ScalarType.DATETIME: _integer("BIGINT"),
    ScalarType.TIMESPAN: _integer("BIGINT"),
    ScalarType.REAL: _real,
    ScalarType.DECIMAL: _decimal,
    ScalarType.GUID: lambda value: f"CAST({string(str(uuid.UUID(str(value))))} AS UUID)",
    ScalarType.DYNAMIC: lambda value: f"CAST({string(dump(value))} AS JSON)",
}
