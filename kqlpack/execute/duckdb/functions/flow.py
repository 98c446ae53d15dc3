"""iff(), case(), coalesce(), max_of(), not(), now(), column_ifexists() and other functions that choose among values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.errors import ExecutionError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.comparisons import boolean
from kqlpack.execute.duckdb.functions.rows import (
    ANY,
    BOOL,
    DATETIME,
    DYNAMIC,
    STRING,
    TIMESPAN,
    Call,
    Row,
)
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import literal
from kqlpack.semantics import promotion
from kqlpack.syntax.nodes import NameReference, StringLiteral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog.types import ScalarType


def _is_null(value: Sql) -> bool:
    return value.text.startswith("CAST(NULL AS ")


def common(call: Call, values: Sequence[Sql]) -> tuple[list[Sql], ScalarType]:
    """Bring alternatives to one type; refuse where KQL's own choice isn't plain."""
    if not values:
        raise ExecutionError(f"`{call.name}` wants at least 1 argument", call.span)
    types = [value.type for value in values if not (_is_null(value) and value.type is not STRING)] or [values[0].type]
    wanted = promotion.common_not_dynamic(types)
    if wanted is ANY:
        wanted = promotion.common(types)
    if wanted is ANY:
        raise call.refuse(f"they are of the types {', '.join(dict.fromkeys(value.type for value in values))}")
    result = []
    for value in values:
        if _is_null(value) and value.type is not wanted:
            result.append(literal(None, wanted))
        else:
            result.append(convert.coerce(value, wanted, call.compiler, call.scope, call.span))
    return result, wanted


def _iff(call: Call) -> Sql:
    if call.count != 3:
        raise ExecutionError(f"`{call.name}` wants 3 arguments, not {call.count}", call.span)
    return _cases(call)


def _cases(call: Call) -> Sql:
    if call.count < 3 or call.count % 2 == 0:
        raise ExecutionError("`case` wants pairs of predicate and value, then the value for all else", call.span)
    predicates = [boolean(call.compiler, call.node_at(index), call.scope) for index in range(0, call.count - 1, 2)]
    raw = [call.value(index) for index in range(1, call.count, 2)] + [call.value(call.count - 1)]
    values, type_ = common(call, raw)
    branches = " ".join(f"WHEN {test} THEN {value}" for test, value in zip(predicates, values, strict=False))
    nullable = type_ is not STRING and any(value.nullable for value in values)
    return make(f"CASE {branches} ELSE {values[-1]} END", type_, [*predicates, *values], nullable=nullable)


def _coalesce(call: Call) -> Sql:
    values, type_ = common(call, call.values())
    if type_ is STRING:
        # An empty string counts as missing.
        listed = ", ".join(f"nullif({value}, '')" for value in values)
        return make(f"coalesce({listed}, '')", type_, values, nullable=False)
    return make(
        f"coalesce({', '.join(value.text for value in values)})",
        type_,
        values,
        nullable=all(value.nullable for value in values),
    )


def _of(function: str) -> Row:
    def write(call: Call) -> Sql:
        values, type_ = common(call, call.values())
        if type_ is DYNAMIC:
            raise call.refuse("they are dynamic")
        # DuckDB's greatest() leaves nulls out, as KQL does.
        text = f"{function}({', '.join(value.text for value in values)})"
        return make(text, type_, values, nullable=all(value.nullable for value in values))

    return write


def _not(call: Call) -> Sql:
    value = boolean(call.compiler, call.node_at(0), call.scope)
    return make(f"(NOT {value})", BOOL, [value])


def _now(call: Call) -> Sql:
    now = literal(call.compiler.now, DATETIME)
    if not call.count:
        return now
    offset = call.argument(0, TIMESPAN)
    return make(f"({now} + {offset})", DATETIME, [offset])


def _ago(call: Call) -> Sql:
    span = call.argument(0, TIMESPAN)
    return make(f"({literal(call.compiler.now, DATETIME)} - {span})", DATETIME, [span])


def _column_if_exists(call: Call) -> Sql:
    name = call.node_at(0)
    wanted = name.value if isinstance(name, StringLiteral) else name.name if isinstance(name, NameReference) else None
    if wanted is None:
        wanted = str(call.constant(0))
    field = call.scope.row.field(wanted) if call.scope.row is not None else None
    if field is not None and call.scope.row is not None:
        return call.scope.row.column(field)
    return call.value(1)


def _is_column(call: Call) -> Sql:
    name = call.node_at(0)
    wanted = name.name if isinstance(name, NameReference) else str(call.constant(0))
    return literal(call.scope.row is not None and call.scope.row.field(wanted) is not None, BOOL)


def _around(call: Call) -> Sql:
    value, center, delta = call.value(0), call.value(1), call.value(2)
    text = f"({value} BETWEEN {center} - {delta} AND {center} + {delta})"
    if value.type is not center.type:
        raise call.refuse()
    return make(text, BOOL, [value, center, delta])


def _ingestion_time(call: Call) -> Sql:
    row = call.scope.row
    if row is None:
        raise call.refuse()
    reason = "rows that are given here were not ingested"
    parts = [row.column(field) for field in row.fields[:1]]
    return call.compiler.stop("TRUE", DATETIME, parts, "the function `ingestion_time`", call.span, reason)


def _assert(call: Call) -> Sql:
    test = boolean(call.compiler, call.node_at(0), call.scope)
    message = call.argument(1, STRING)
    return make(f"CASE WHEN {test} THEN TRUE ELSE error({message}) END", BOOL, [test, message], nullable=False)


ROWS: Final[dict[str, Row]] = {
    "ago": _ago,
    "around": _around,
    "assert": _assert,
    "case": _cases,
    "coalesce": _coalesce,
    "column_ifexists": _column_if_exists,
    "columnifexists": _column_if_exists,
    "iff": _iff,
    "iif": _iff,
    "ingestion_time": _ingestion_time,
    "iscolumnexists": _is_column,
    "max_of": _of("greatest"),
    "min_of": _of("least"),
    "not": _not,
    "now": _now,
}
