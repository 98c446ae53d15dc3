"""Reads a table's rows. In: rows, tables of Arrow and pandas, or paths. Out: columns, and rows for DuckDB.

Columns get the catalogue's types where it knows the table; others are inferred from the values. A value that is not of
its column's type is an error that names the row: a test must not run on data that nobody meant.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError
from kqlpack.execute import frames
from kqlpack.execute.duckdb import literals
from kqlpack.execute.duckdb.files import FileRow, read_files
from kqlpack.execute.duckdb.types import dump
from kqlpack.execute.rows import Rows
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from kqlpack.catalog import Table

# Rows as mappings; a path to a file or to a folder of files; or a table of Arrow or pandas.
TableData: TypeAlias = "Sequence[Mapping[str, Any]] | str | PathLike[str] | Any"

_T = ScalarType
_MOST_SHOWN: Final = 60
Columns: TypeAlias = "list[tuple[str, ScalarType]]"


def read_table(name: str, data: TableData, known: Table | None) -> tuple[Columns, Columns, list[tuple[Any, ...]]]:
    """Return a table's columns, those that some row has a value for, and the rows of the latter."""
    rows = read_rows(name, data)
    columns: dict[str, ScalarType] = {column.name: column.type for column in known.columns} if known else {}
    columns = {column: _T.DYNAMIC if type_ is _T.UNKNOWN else type_ for column, type_ in columns.items()}
    extra: dict[str, list[Any]] = {column: [] for column in rows.header if column not in columns}
    for row in rows:
        for column, value in row.items():
            if column not in columns:
                extra.setdefault(column, []).append(value)
    for column, values in extra.items():
        # Every table of a workspace has this column, and there it is a time.
        columns[column] = _T.DATETIME if column == "TimeGenerated" else _inferred(values)
    present = {column for row in rows for column in row}
    given = [(column, type_) for column, type_ in columns.items() if column in present]
    return list(columns.items()), given, [_typed(name, number, row, given) for number, row in enumerate(rows, 1)]


def read_rows(name: str, data: TableData) -> Rows:
    """Return a table's rows as they were given, read once."""
    if isinstance(data, (str, PathLike)):
        return read_files(name, data)
    if frames.is_arrow(data):
        data = frames.arrow_rows(data)
    elif frames.is_pandas(data):
        data = frames.pandas_rows(data)
    if not isinstance(data, Iterable):
        raise ExecutionError(f"the data of `{name}` are neither rows nor a path")
    rows = list(data)
    header = data.header if isinstance(data, Rows) else ()
    if not all(isinstance(row, Mapping) for row in rows) or not all(map(_are_names, (header, *rows))):
        raise ExecutionError(f"the data of `{name}` hold a row that is not a mapping of columns to values")
    return Rows((row if isinstance(row, FileRow) else frames.plain_row(row) for row in rows), header)


def _are_names(columns: Iterable[Any]) -> bool:
    return all(isinstance(column, str) and column for column in columns)


# ---- types -----------------------------------------------------------------------------------------------------------


def _inferred(values: list[Any]) -> ScalarType:
    kinds = {_kind(value) for value in values} - {None}
    if not kinds:
        return _T.STRING
    if kinds == {_T.LONG, _T.REAL}:
        return _T.REAL
    return kinds.pop() or _T.STRING if len(kinds) == 1 else _T.DYNAMIC


def _kind(value: Any) -> ScalarType | None:
    if value is None or value == "":
        return None
    for python_type, type_ in _KINDS:
        if isinstance(value, python_type):
            return type_
    return _T.DYNAMIC


_KINDS: Final[tuple[tuple[type | tuple[type, ...], ScalarType], ...]] = (
    (str, _T.STRING),
    (bool, _T.BOOL),
    (int, _T.LONG),
    (float, _T.REAL),
    (Decimal, _T.DECIMAL),
    ((Datetime, datetime, date), _T.DATETIME),
    ((Timespan, timedelta), _T.TIMESPAN),
    (uuid.UUID, _T.GUID),
)


def _typed(table: str, number: int, row: Mapping[str, Any], columns: Columns) -> tuple[Any, ...]:
    result = []
    for column, type_ in columns:
        value = row.get(column)
        try:
            result.append(to_engine(value, type_))
        except (ValueError, TypeError, InvalidOperation, OverflowError, RecursionError) as error:
            place = row.place if isinstance(row, FileRow) else f"row {number} of `{table}`"
            if isinstance(error, RecursionError):
                raise ExecutionError(f"{place}: the value in `{column}` nests too deeply") from None
            raise ExecutionError(f"{place}: {_short(value)} in `{column}` is no {type_}") from None
    return tuple(result)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"


def to_engine(value: Any, type_: ScalarType) -> Any:
    """Return a value as DuckDB keeps it. Raises ValueError or TypeError for one that is not of the type."""
    if type_ is _T.STRING:
        return _as_string(value)
    if value is None or (value == "" and type_ is not _T.DYNAMIC):
        return None
    if isinstance(value, float) and math.isnan(value) and type_ not in {_T.REAL, _T.DYNAMIC}:
        return None
    return _READERS[type_](value)


def _as_string(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return dump(value)
    return str(value)


def _bool(value: Any) -> bool:
    if isinstance(value, (bool, int)):
        return bool(value)
    found = {"true": True, "false": False, "1": True, "0": False}.get(str(value).strip().lower())
    if found is None:
        raise ValueError(value)
    return found


def _integer(bits: int) -> Any:
    def read(value: Any) -> int:
        whole = None if isinstance(value, str) or int(value) != value else int(value)
        found = literals.integer(value, bits) if isinstance(value, str) else whole
        if found is None or not -(2 ** (bits - 1)) <= found < 2 ** (bits - 1):
            raise ValueError(value)
        return found

    return read


def _datetime(value: Any) -> int:
    if isinstance(value, Datetime):
        return value.ticks
    if isinstance(value, datetime):
        return Datetime.from_datetime(value).ticks
    text = value.isoformat() if isinstance(value, date) else value
    found = literals.datetime_ticks(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(value)
    return found


def _timespan(value: Any) -> int:
    if isinstance(value, Timespan):
        return value.ticks
    if isinstance(value, timedelta):
        return Timespan.from_timedelta(value).ticks
    found = literals.timespan_ticks(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(value)
    return found


def _dynamic(value: Any) -> str | None:
    if isinstance(value, str):
        # What a file holds as text is JSON where it parses, and a plain string elsewhere.
        if not value.strip():
            return None
        try:
            value = json.loads(value)
        except ValueError:
            return dump(value)
    return None if value is None else dump(value)


_READERS: Final[dict[ScalarType, Any]] = {
    _T.BOOL: _bool,
    _T.INT: _integer(32),
    _T.LONG: _integer(64),
    _T.REAL: float,
    _T.DECIMAL: lambda value: Decimal(str(value)),
    _T.DATETIME: _datetime,
    _T.TIMESPAN: _timespan,
    _T.GUID: lambda value: str(value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))),
    _T.DYNAMIC: _dynamic,
}
