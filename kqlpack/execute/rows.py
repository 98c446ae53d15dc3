"""Rows of a table, and what is known of it without them. In: nothing. Out: `Rows`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.catalog import Catalog
    from kqlpack.semantics import Bound


class Rows(list[Mapping[str, Any]]):
    """Rows as mappings of columns to values; `header` names columns that are there even where no row is."""

    __slots__ = ("header",)

    def __init__(self, rows: Iterable[Mapping[str, Any]], header: Iterable[str] = ()) -> None:
        """Take rows, and the names of columns as far as they are known."""
        super().__init__(rows)
        self.header = tuple(dict.fromkeys(header))


def unknown_table(bound: Bound, tables: Mapping[str, Rows], known: Catalog) -> str:
    """Say of a query that fails which table it reads has neither rows nor columns that anyone knows; mostly empty."""
    for name in bound.tables:
        rows, table = tables.get(name), known.table(name)
        if rows is not None and not rows and not rows.header and not (table and table.columns):
            return (
                f"nothing is known of the columns of `{name}`, which has no rows here: give it a header or a row, or "
                "declare its columns under `tables:` of a pack"
            )
    return ""
