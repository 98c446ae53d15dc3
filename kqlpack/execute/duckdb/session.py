"""One connection to DuckDB, for one query. In: the tables' data. Out: rows; DuckDB's errors as `EngineError`.

DuckDB reads no file and loads no extension while the query runs: all data are loaded before, by `data.py`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.model import Column, Table
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import macros
from kqlpack.execute.duckdb.data import read_table
from kqlpack.execute.duckdb.faults import EngineError
from kqlpack.execute.duckdb.sql import name
from kqlpack.execute.duckdb.types import DUCKDB_TYPES
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kqlpack.catalog import Catalog
    from kqlpack.catalog.types import ScalarType
    from kqlpack.execute.duckdb.data import TableData

_SETTINGS: Final = {
    "threads": 1,
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # KQL: an integer divided by zero is null.
    "error_on_division_by_zero": False,
    "lock_configuration": True,
}


_CHUNK: Final = 20_000


@cache
def _database() -> Any:
    import duckdb

    return duckdb.connect(":memory:", config=dict(_SETTINGS))


class MissingTableError(ExecutionError):
    """A table that has no data and that the catalogue does not know."""


class Session:
    """A connection, the tables in it, and what was run."""

    def __init__(self, catalog: Catalog, tables: Mapping[str, TableData]) -> None:
        """Open a database in memory."""
        import duckdb

        self._duckdb = duckdb
        # Another connection to the one database of this process: opening a database takes longer than most queries.
        # Whatever a query makes is TEMP, which no other connection sees, and goes with its connection.
        self._connection = _database().cursor()
        self._catalog = catalog
        self._tables = tables
        self._loaded: dict[str, tuple[str, list[tuple[str, ScalarType]], dict[str, str]]] = {}
        self._macros: set[str] = set()
        self.statements: list[str] = []

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # ---- tables

    def has(self, table: str) -> bool:
        """Tell whether a name stands for a table."""
        return table in self._tables or self._catalog.table(table) is not None

    def names(self) -> list[str]:
        """Return the names of the tables that data were given for."""
        return list(self._tables)

    def table(self, table: str, span: Span) -> list[tuple[str, ScalarType]]:
        """Return a table's columns, and load its rows at the first use. One of the catalogue without data is empty."""
        if table not in self._loaded:
            known = self._catalog.table(table)
            if table not in self._tables and known is None:
                raise MissingTableError(
                    f"there are no data for the table `{table}`, and the catalogue does not know it", span
                )
            self._load(table, *read_table(table, self._tables.get(table, ()), known))
        return self._loaded[table][1]

    def _load(
        self,
        table: str,
        columns: list[tuple[str, ScalarType]],
        given: list[tuple[str, ScalarType]],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        sql_name = f"data{len(self._loaded)}"
        self._loaded[table] = (sql_name, columns, {column: f"c{index}" for index, (column, _) in enumerate(given)})
        # A row may have no column at all, and is a row nevertheless.
        listed = [(f"c{index}", DUCKDB_TYPES[type_]) for index, (_, type_) in enumerate(given)]
        self.fill(sql_name, [*listed, ("row", "BOOLEAN")], [(*row, None) for row in rows])

    def external(self, address: str, columns: list[tuple[str, ScalarType]], span: Span) -> str:
        """Load what was given for an address of `externaldata`; return the key under which it is a table."""
        if address not in self._tables:
            raise UnsupportedError(
                "`externaldata`", span, f"nothing is fetched here; give its rows as the table named {address!r}"
            )
        key = f"externaldata {address} {columns}"
        if key not in self._loaded:
            listed = tuple(Column(column, type_) for column, type_ in columns)
            self._load(key, *read_table(address, self._tables[address], Table(address, listed)))
        return key

    def sql_name(self, table: str) -> str:
        """Return the name of a loaded table in DuckDB."""
        return self._loaded[table][0]

    def stored(self, table: str) -> dict[str, str]:
        """Return the columns of a loaded table that some row has a value for, and what they are called in DuckDB."""
        return self._loaded[table][2]

    def fill(self, table: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
        """Make a table of columns (name, DuckDB type) and fill it."""
        listed = ", ".join(f"{name(column)} {type_}" for column, type_ in columns)
        self.execute(f"CREATE TEMP TABLE {table} ({listed or 'none INTEGER'})")
        if not rows or not columns:
            return
        values = ", ".join(
            f"CAST(unnest(CAST(${index} AS VARCHAR[])) AS {type_})" for index, (_, type_) in enumerate(columns, 1)
        )
        for start in range(0, len(rows), _CHUNK):
            chunk = zip(*rows[start : start + _CHUNK], strict=True)
            self._run(f"INSERT INTO {table} SELECT {values}", [[_text(value) for value in column] for column in chunk])

    # ---- statements

    def execute(self, text: str) -> None:
        """Run a statement that yields nothing."""
        self._define_macros(text)
        self.statements.append(text)
        self._run(text)

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        """Run a SELECT."""
        self._define_macros(text)
        rows: list[tuple[Any, ...]] = self._run(text).fetchall()
        return rows

    def _define_macros(self, text: str) -> None:
        for macro in macros.used(text):
            if macro not in self._macros:
                self._macros.add(macro)
                statement = macros.definition(macro)
                self.statements.append(statement)
                self._run(statement)

    def _run(self, text: str, parameters: list[Any] | None = None) -> Any:
        try:
            return self._connection.execute(text, parameters)
        except self._duckdb.Error as error:
            if (refused := _as_refusal(error)) is not None:
                raise refused from None
            raise EngineError(str(error)) from error
        except UnicodeError as error:
            raise ExecutionError(f"a text is not Unicode: {error}") from error


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value) if isinstance(value, float) else str(value)


STOP: Final = "kqlpack refuses"


def refusal(construct: str, span: Span, reason: str) -> str:
    """Return the text of an SQL error that becomes an UnsupportedError: a row asks for what the engine doesn't do."""
    return json.dumps([STOP, construct, span.start, span.end, reason])


def _as_refusal(error: Exception) -> UnsupportedError | None:
    text = str(error)
    start = text.find(f'["{STOP}"')
    if start < 0:
        return None
    (_, construct, first, last, reason), _ = json.JSONDecoder().raw_decode(text[start:])
    return UnsupportedError(construct, Span(first, last), reason)
