"""What the data at hand add to the catalogue. In: tables of rows or files. Out: a `Catalog` with their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack import catalog as catalogs
from kqlpack.catalog import Catalog, Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_data(tables: Mapping[str, Any], known: Catalog | None = None) -> Catalog:
    """Return the catalogue with these tables: its own columns first, then those that only the data have.

    Raises ExecutionError when the data of a table can't be read.
    """
    from kqlpack.execute.duckdb.data import read_table

    catalog = known or catalogs.load()
    found = []
    for name, data in tables.items():
        columns, _, _ = read_table(name, data, catalog.table(name))
        found.append(Table(name, tuple(Column(column, type_) for column, type_ in columns)))
    return catalog.with_tables(found)
