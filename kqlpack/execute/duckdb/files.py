"""Reads files of rows: csv, json, jsonl and parquet, or a folder of them. In: a path. Out: rows that know their place.

A file that can't be read whole is an error that names its line: rows that are lost, or misread, are worse than none.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kqlpack.errors import ExecutionError
from kqlpack.execute.rows import Rows
from kqlpack.source import decode, explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

SUFFIXES: Final = (".csv", ".json", ".jsonl", ".ndjson", ".parquet")
# What a C long holds everywhere; Python's own limit, 128 KB, is less than a dynamic column may hold.
_LONGEST_FIELD: Final = 2**31 - 1


class FileRow(dict[str, Any]):
    """A row, and where it stands: `path:line`, or `path, row 3` where lines mean nothing."""

    __slots__ = ("place",)

    def __init__(self, values: Iterable[tuple[str, Any]], place: str) -> None:
        """Take columns with their values."""
        super().__init__(values)
        self.place = place


def read_files(name: str, given: str | PathLike[str]) -> Rows:
    """Return the rows of the table `name` in a file, or in all files of a folder. Raises ExecutionError."""
    path = Path(given)
    try:
        header: list[str] = []
        return Rows(list(_rows(name, path, header)), header)
    except UnicodeDecodeError as error:
        reason = f"it {explain(error)}: save it as UTF-8"
    except RecursionError:
        reason = "it nests too deeply"
    except (OSError, ValueError, csv.Error) as error:
        # ValueError: what is no path.
        reason = (getattr(error, "strerror", None) or str(error)).lower()
    raise ExecutionError(f"the data of `{name}` can't be read from {path}: {reason}")


def _rows(name: str, path: Path, header: list[str]) -> Iterator[Mapping[str, Any]]:
    """Yield rows, and add to `header` the columns that a file names before its rows."""
    if path.is_dir():
        found = sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        if not found:
            raise ExecutionError(f"the folder {path} holds no data of `{name}`: it wants {', '.join(SUFFIXES)}")
        for each in found:
            rows = read_files(name, each)
            header.extend(rows.header)
            yield from rows
        return
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv(path, header)
    elif suffix == ".parquet":
        yield from _parquet(path, header)
    elif suffix in {".jsonl", ".ndjson"}:
        yield from _lines(path)
    elif suffix == ".json":
        objects = _objects(path, _json(path, _text(path), 1))
        yield from (FileRow(row, f"{path}, row {number}") for number, row in enumerate(objects, 1))
    else:
        raise ExecutionError(f"{path} is no file of data: its name must end in {', '.join(SUFFIXES)}")


def _csv(path: Path, header: list[str]) -> Iterator[FileRow]:
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        reader = csv.reader(io.StringIO(_text(path), newline=""))
        names = next(reader, [])
        header.extend(names)
        for column in names:
            if not column:
                raise ExecutionError(f"{path}:1: a column of the header has no name (is there a comma too many?)")
            if names.count(column) > 1:
                raise ExecutionError(f"{path} has the column `{column}` twice, of which one would be lost")
        line = reader.line_num + 1
        for fields in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if len(fields) > len(names):
                raise ExecutionError(f"{place}: the row has more fields than the header")
            if fields:
                missing = [None] * (len(names) - len(fields))
                yield FileRow(zip(names, [*fields, *missing], strict=True), place)
    finally:
        csv.field_size_limit(limit)


def _text(path: Path) -> str:
    return decode(path.read_bytes()).removeprefix("\ufeff")


def _lines(path: Path) -> Iterator[FileRow]:
    # Not splitlines(): JSON's texts may hold line ends that only Unicode knows.
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        value = _json(path, line, number)
        if not isinstance(value, dict):
            raise ExecutionError(f"{path}:{number}: a line is one object, of columns and their values")
        yield FileRow(value.items(), f"{path}:{number}")


def _json(path: Path, text: str, line: int) -> Any:
    """Read JSON that begins in a line of a file."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{path}:{line + error.lineno - 1}:{error.colno}"
        raise ExecutionError(f"{place}: that is not JSON ({error.msg.lower()})") from None
    except RecursionError:
        raise ExecutionError(f"{path}:{line}: the value nests too deeply") from None


def _objects(path: Path, value: Any) -> list[Any]:
    if isinstance(value, dict):
        # The answer of the Log Analytics API, or one row.
        tables = value.get("tables")
        if isinstance(tables, list) and tables and isinstance(tables[0], dict) and "rows" in tables[0]:
            try:
                names = [column["name"] for column in tables[0]["columns"]]
                return [list(zip(names, row, strict=False)) for row in tables[0]["rows"]]
            except (KeyError, TypeError):
                raise ExecutionError(f"{path}: an answer's table lacks columns or rows") from None
        return [value]
    if not isinstance(value, list) or any(not isinstance(row, dict) for row in value):
        raise ExecutionError(f"{path}: a table is a list of objects, of columns and their values")
    return value


def _parquet(path: Path, header: list[str]) -> Iterator[FileRow]:
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
    header.extend(names)
    for number, row in enumerate(rows, 1):
        yield FileRow(zip(names, row, strict=True), f"{path}, row {number}")
