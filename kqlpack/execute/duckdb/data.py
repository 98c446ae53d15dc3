"""Reads a table's rows. In: rows, or paths to csv, json, jsonl and parquet files. Out: columns, and rows for DuckDB.

Columns get the catalogue's types where it knows the table; others are inferred from the values. A value that is not of
its column's type is an error that names the row: a test must not run on data that nobody meant.
"""

from __future__ import annotations

import csv
import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError
from kqlpack.execute import frames
from kqlpack.execute.duckdb import literals
from kqlpack.execute.duckdb.types import dump
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from kqlpack.catalog import Table

# Rows as mappings; a path to a file or to a folder of files; or a table of Arrow or pandas.
TableData: TypeAlias = "Sequence[Mapping[str, Any]] | str | PathLike[str] | Any"

SUFFIXES: Final = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
_T = ScalarType
Columns: TypeAlias = "list[tuple[str, ScalarType]]"


def read_table(name: str, data: TableData, known: Table | None) -> tuple[Columns, Columns, list[tuple[Any, ...]]]:
    """Return a table's columns, those that some row has a value for, and the rows of the latter."""
    rows = list(_rows(name, data))
    columns: dict[str, ScalarType] = {column.name: column.type for column in known.columns} if known else {}
    columns = {column: _T.DYNAMIC if type_ is _T.UNKNOWN else type_ for column, type_ in columns.items()}
    extra: dict[str, list[Any]] = {}
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


def read_rows(name: str, data: TableData) -> list[Mapping[str, Any]]:
    """Return a table's rows as they were given, read once."""
    return list(_rows(name, data))


def _rows(name: str, data: TableData) -> Iterable[Mapping[str, Any]]:
    if isinstance(data, (str, PathLike)):
        path = Path(data)
        try:
            return _files(name, path)
        except (OSError, ValueError, RecursionError, csv.Error) as error:
            # ValueError: what is no UTF-8, no JSON, no path.
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise ExecutionError(f"the data of `{name}` can't be read from {path}: {reason}") from error
    if frames.is_arrow(data):
        data = frames.arrow_rows(data)
    elif frames.is_pandas(data):
        data = frames.pandas_rows(data)
    if not isinstance(data, Iterable):
        raise ExecutionError(f"the data of `{name}` are neither rows nor a path")
    rows = list(data)
    if any(
        not isinstance(row, Mapping) or not all(isinstance(column, str) and column for column in row) for row in rows
    ):
        raise ExecutionError(f"the data of `{name}` hold a row that is not a mapping of columns to values")
    return [frames.plain_row(row) for row in rows]


def _files(name: str, path: Path) -> list[Mapping[str, Any]]:
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        if not found:
            raise ExecutionError(f"the folder {path} holds no data of `{name}`: it wants {', '.join(SUFFIXES)}")
        return [row for each in found for row in _files(name, each)]
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _csv(name, path)
    if suffix == ".parquet":
        return _parquet(path)
    text = path.read_text(encoding="utf-8-sig")
    if suffix in {".jsonl", ".ndjson"}:
        # Not splitlines(): JSON's texts may hold line ends that only Unicode knows.
        return _objects(name, [json.loads(line) for line in text.split("\n") if line.strip()])
    if suffix == ".json":
        return _objects(name, json.loads(text))
    raise ExecutionError(f"{path} is no file of data: its name must end in {', '.join(SUFFIXES)}")


def _csv(name: str, path: Path) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header = list(reader.fieldnames or ())
        for column in header:
            if header.count(column) > 1:
                raise ExecutionError(f"{path} has the column `{column}` twice, of which one would be lost")
        for number, row in enumerate(reader, 1):
            # DictReader keeps under None what the header has no name for.
            if None in row:
                raise ExecutionError(f"row {number} of `{name}` has more fields than the header of {path}")
            rows.append(row)
    return rows


def _objects(name: str, value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, dict):
        # The answer of the Log Analytics API, or one row.
        tables = value.get("tables")
        if isinstance(tables, list) and tables and isinstance(tables[0], dict) and "rows" in tables[0]:
            try:
                names = [column["name"] for column in tables[0]["columns"]]
                return [dict(zip(names, row, strict=False)) for row in tables[0]["rows"]]
            except (KeyError, TypeError):
                raise ExecutionError(f"the data of `{name}` hold a table that lacks columns or rows") from None
        return [value]
    if not isinstance(value, list) or any(not isinstance(row, dict) for row in value):
        raise ExecutionError(f"the data of `{name}` are not a list of objects")
    return value


def _parquet(path: Path) -> list[Mapping[str, Any]]:
    import duckdb

    try:
        with duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False}) as connection:
            # Timestamps as text: Python's datetime would lose the seventh digit.
            relation = connection.execute("SELECT * FROM read_parquet($1)", [str(path)])
            names = [column[0] for column in relation.description]
            types = [str(column[1]) for column in relation.description]
            listed = ", ".join(
                f'CAST("{column.replace(chr(34), chr(34) * 2)}" AS VARCHAR)'
                if type_ == "TIMESTAMP_NS"
                else f'"{column.replace(chr(34), chr(34) * 2)}"'
                for column, type_ in zip(names, types, strict=True)
            )
            rows = connection.execute(f"SELECT {listed} FROM read_parquet($1)", [str(path)]).fetchall()
    except duckdb.Error as error:
        raise ExecutionError(f"{path} can't be read: {str(error).splitlines()[0]}") from error
    return [dict(zip(names, row, strict=True)) for row in rows]


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
        except (ValueError, TypeError, InvalidOperation, OverflowError):
            raise ExecutionError(f"row {number} of `{table}`: {value!r} in `{column}` is no {type_}") from None
    return tuple(result)


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
