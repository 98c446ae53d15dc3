"""tostring(), tolong() and their kin; gettype(); the tests for null and emptiness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.functions.rows import BOOL, DYNAMIC, REAL, STRING, Call, Row, text
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import literal

if TYPE_CHECKING:
    from collections.abc import Callable


def _to(target: ScalarType) -> Row:
    def write(call: Call) -> Sql:
        if call.count != 1:
            raise call.refuse()
        return convert.convert(call.value(0), target, call.compiler, call.scope, call.span)

    return write


def _parse_json(call: Call) -> Sql:
    value = call.value(0)
    if value.type is STRING:
        return make(f"kql_parse_json({value})", DYNAMIC, [value], nullable=True)
    if value.type is DYNAMIC:
        # A dynamic that holds text is parsed as the text is.
        inside = f"CASE WHEN json_type({value}) = 'VARCHAR' THEN kql_parse_json({value} ->> '$') ELSE {value} END"
        return make(inside, DYNAMIC, [value], nullable=True)
    return convert.to_dynamic(value)


def _emptiness(*, empty: bool) -> Row:
    def write(call: Call) -> Sql:
        value = call.value(0)
        if value.type is STRING:
            return make(f"({value} {'=' if empty else '<>'} '')", BOOL, [value], nullable=False)
        if value.type is DYNAMIC:
            # As its text: null and the empty string are empty, an empty array is not.
            test = f"(kql_text({value}) {'=' if empty else '<>'} '')"
            return make(test, BOOL, [value], nullable=False)
        return make(f"({value} IS {'' if empty else 'NOT '}NULL)", BOOL, [value], nullable=False)

    return write


def _nullness(*, null: bool) -> Row:
    def write(call: Call) -> Sql:
        value = call.value(0)
        if value.type is STRING:
            # A string is never null.
            return make("FALSE" if null else "TRUE", BOOL, [], nullable=False)
        return make(f"({value} IS {'' if null else 'NOT '}NULL)", BOOL, [value], nullable=False)

    return write


def _gettype(call: Call) -> Sql:
    value = call.value(0)
    if value.type is not DYNAMIC:
        if value.nullable and value.row:
            return make(
                f"CASE WHEN {value} IS NULL THEN 'null' ELSE '{value.type}' END", STRING, [value], nullable=False
            )
        return literal("null" if value.text.startswith("CAST(NULL") else str(value.type), STRING)
    names = "WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'dictionary' WHEN 'VARCHAR' THEN 'string'"
    names += " WHEN 'BOOLEAN' THEN 'bool' WHEN 'DOUBLE' THEN 'double' ELSE 'long'"
    return make(
        f"CASE WHEN {value} IS NULL THEN 'null' ELSE CASE json_type({value}) {names} END END",
        STRING,
        [value],
        nullable=False,
    )


def _dynamic_to_json(call: Call) -> Sql:
    from kqlpack.execute.duckdb.types import dump

    def write(value: object) -> str:
        return dump(_sorted(value))

    return call.compiler.python(write, [call.argument(0, DYNAMIC)], STRING, call.scope, call.span)


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


_TARGETS: Final[dict[str, ScalarType]] = {
    "tobool": ScalarType.BOOL,
    "toboolean": ScalarType.BOOL,
    "todatetime": ScalarType.DATETIME,
    "todecimal": ScalarType.DECIMAL,
    "todouble": ScalarType.REAL,
    "toguid": ScalarType.GUID,
    "toint": ScalarType.INT,
    "tolong": ScalarType.LONG,
    "toreal": ScalarType.REAL,
    "tostring": ScalarType.STRING,
    "totime": ScalarType.TIMESPAN,
    "totimespan": ScalarType.TIMESPAN,
}
_MAKERS: Final[dict[str, Callable[[Call], Sql]]] = {name: _to(target) for name, target in _TARGETS.items()}

ROWS: Final[dict[str, Row]] = {
    **_MAKERS,
    "dynamic_to_json": _dynamic_to_json,
    "gettype": _gettype,
    "isempty": _emptiness(empty=True),
    "isfinite": text(BOOL, "isfinite({0})", REAL),
    "isinf": text(BOOL, "isinf({0})", REAL),
    "isnan": text(BOOL, "isnan({0})", REAL),
    "isnotempty": _emptiness(empty=False),
    "isnotnull": _nullness(null=False),
    "isnull": _nullness(null=True),
    "notempty": _emptiness(empty=False),
    "notnull": _nullness(null=False),
    "parse_json": _parse_json,
    "parsejson": _parse_json,
    "todynamic": _parse_json,
    "toobject": _parse_json,
}
