"""What the data at hand add to the catalogue. In: tables of rows or files. Out: a `Catalog` and the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack import catalog as catalogs
from kqlpack.catalog import Catalog, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.execute.rows import Rows


def with_data(tables: Mapping[str, Any], known: Catalog | None = None) -> tuple[Catalog, dict[str, Rows]]:
    """Return the catalogue with these tables (its own columns first, then those of the data alone), and their rows.

    The data are read once, here: what gives its rows but once would be empty the second time. Raises ExecutionError
    when the data of a table can't be read.
    """
    from kqlpack.execute.duckdb.data import read_rows, read_table

    catalog = known or catalogs.load()
    found = []
    read: dict[str, Rows] = {}
    for name, data in tables.items():
        read[name] = read_rows(name, data)
        columns, _, _ = read_table(name, read[name], catalog.table(name))
        found.append(Table(name, tuple(Column(column, type_) for column, type_ in columns)))
    return catalog.with_tables(found), read
