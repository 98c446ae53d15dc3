"""A test's rows, held against the tables that they are rows of. In: a test, its rows, the catalogue. Out: findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.pack.document import MappingNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kqlpack.catalog import Catalog, Table
    from kqlpack.pack import Query, Test

FIXTURE_SCHEMA: Final = ("KQL611", "test-fixture-schema")
# What a workspace may add to any of Azure's tables.
_CUSTOM_COLUMN: Final = "_CF"


def check_columns(
    query: Query, test: Test, rows: Mapping[str, Sequence[Mapping[str, Any]]], known: Catalog
) -> Iterator[Diagnostic]:
    """Find the columns that a table does not have: an error where the name is close to one that it has."""
    for name, of_table in rows.items():
        table = known.table(name)
        if table is None or table.is_open:
            continue
        there = {column.name for column in table.columns}
        for column in dict.fromkeys(column for row in of_table for column in row):
            if column not in there and not column.endswith(_CUSTOM_COLUMN):
                yield _finding(query, test, table, column, known.suggest(column, there))


def _finding(query: Query, test: Test, table: Table, column: str, suggestion: str | None) -> Diagnostic:
    path = test.tables[table.name].path
    where = f", but {path} has" if path else ""
    return Diagnostic(
        *FIXTURE_SCHEMA,
        Severity.ERROR if suggestion else Severity.WARNING,
        f"`{table.name}` has no column `{column}`{where}, so that the query can't read it",
        _place(test, table.name, column),
        help=f"did you mean `{suggestion}`?" if suggestion else "leave it out, if the table does not have it",
        query=query.id,
    )


def _place(test: Test, table: str, column: str) -> Annotation:
    """Return the column's key in the first row that has it; of rows in a file, the key of the table."""
    tables = test.node.get("tables") if test.node else None
    rows = tables.get(table) if isinstance(tables, MappingNode) else None
    for row in rows.items if isinstance(rows, SequenceNode) else ():
        if isinstance(row, MappingNode) and column in row.entries:
            return Annotation(row.file, row.key_span(column))
    return Annotation(test.file, test.tables[table].span)
