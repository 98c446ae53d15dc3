"""Which columns of which tables a query's result came from. In: `Bound`. Out: `Lineage`.

A value came from a column where the column stands in the expression that made it, at whatever distance: through
`extend`, `summarize`, `join`, `union`, `let` and the query's own functions. Conditions that chose the rows don't count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.semantics.bound import Origin, Symbol, SymbolKind
from kqlpack.syntax.nodes import NameReference, PathExpression, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.semantics.bound import Bound


@dataclass(frozen=True, slots=True, order=True)
class SourceColumn:
    """A column of a table of the workspace."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class ColumnLineage:
    """Where a column of the result came from.

    `is_copy`: it is one column as it was, under whatever name; of a union, that column of each table. `is_complete`:
    there is no source beside those that are known; a column of an open table, or of a function that nobody knows, is
    none that is known. What the query itself holds (a number, a datatable) has no source.
    """

    column: str
    sources: tuple[SourceColumn, ...]
    is_copy: bool
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Lineage:
    """The lineage of all columns of a result that are known, in order."""

    columns: tuple[ColumnLineage, ...]

    def of(self, name: str) -> ColumnLineage | None:
        """Return the lineage of a column."""
        return next((column for column in self.columns if column.column == name), None)

    def __iter__(self) -> Iterator[ColumnLineage]:
        """Go through the columns."""
        return iter(self.columns)


def lineage(bound: Bound) -> Lineage:
    """Follow each column of a query's result back to the tables."""
    return Lineage(tuple(_follow(column) for column in bound.result))


def _follow(column: Symbol) -> ColumnLineage:
    found: set[SourceColumn] = set()
    is_complete = True
    is_copy = True
    seen: set[int] = set()
    stack: list[Symbol | Origin] = [column]
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Origin):
            stack.extend(_columns_of(one))
        elif one.table is not None:
            found.add(SourceColumn(one.table.name, one.name))
        elif one.sources:
            is_copy = is_copy and one.is_copy
            stack.extend(one.sources)
        else:
            is_copy = False
            # What has a declaration was made by the query itself; what has none came from where nobody looked.
            is_complete = is_complete and one.declaration is not None
    return ColumnLineage(column.name, tuple(sorted(found)), is_copy and bool(found), is_complete)


def _columns_of(origin: Origin) -> Iterator[Symbol]:
    members = {node.selector for node in walk(origin.expression) if isinstance(node, PathExpression)}
    for node in walk(origin.expression):
        if not isinstance(node, NameReference):
            continue
        symbol = origin.symbols.get(node)
        if symbol is not None and symbol.kind is SymbolKind.COLUMN:
            yield symbol
        elif symbol is None and node not in members and not node.name.startswith("$"):
            yield Symbol(SymbolKind.COLUMN, node.name)
