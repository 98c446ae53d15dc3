"""What flows through a pipe while it is bound. In: column symbols. Out: `Relation`, `Row`, `OutputColumns`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.bound import Schema, Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kqlpack.catalog.model import Table
    from kqlpack.semantics.bound import Origin
    from kqlpack.syntax.nodes import Node


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """A tabular value: its columns as symbols, whether there may be more, and how it came about.

    `maker` is the operator that yields it and `source` what that operator read; `table` names the table that it is.
    Both are followed only to explain why a column is missing. `graph` is what a graph holds, which has no columns.
    """

    columns: tuple[Symbol, ...] = ()
    is_open: bool = False
    maker: Node | None = None
    source: Relation | None = None
    table: str = ""
    graph: Graph | None = None
    _by_name: dict[str, Symbol] = field(default_factory=dict, init=False, repr=False)
    _schema: list[Schema] = field(default_factory=list, init=False, repr=False)

    def find(self, name: str) -> Symbol | None:
        """Return the column of this exact name."""
        if not self._by_name:
            # Backwards, so that the first of two columns with one name wins.
            self._by_name.update((column.name, column) for column in reversed(self.columns))
        return self._by_name.get(name)

    def schema(self) -> Schema:
        """Return the columns without what is known about their origin."""
        if not self._schema:
            columns = tuple(Column(column.name, column.type) for column in self.columns)
            self._schema.append(Schema(columns, is_open=self.is_open))
        return self._schema[0]

    def names(self) -> list[str]:
        """Return the columns' names in order."""
        return [column.name for column in self.columns]

    def made(self, maker: Node, columns: Iterable[Symbol], *, is_open: bool | None = None) -> Relation:
        """Return what an operator makes of this relation; without `is_open` it is as open as this one."""
        return Relation(tuple(columns), self.is_open if is_open is None else is_open, maker, self)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """What make-graph yields. `node_id` is the type of what nodes are told apart by."""

    nodes: Relation
    edges: Relation
    node_id: ScalarType = ScalarType.UNKNOWN

    def relation(self) -> Relation:
        """Return the graph as the value of a pipe: nothing is known of its columns, since it has none."""
        return Relation(is_open=True, graph=self)


# What stands for the name of a table where all tables are read.
ANY = "*"

UNKNOWN_RELATION = Relation(is_open=True)
NO_COLUMNS = Relation()
# What an operator at the head of a query reads.
NO_INPUT = Relation()


# What every table of a workspace has. Source: Azure Monitor documentation, "Standard columns in Azure Monitor Logs".
_STANDARD = (
    Column("TenantId", ScalarType.STRING),
    Column("TimeGenerated", ScalarType.DATETIME),
    Column("Type", ScalarType.STRING),
    Column("_ResourceId", ScalarType.STRING),
    Column("_SubscriptionId", ScalarType.STRING),
)
# And what most have.
_USUAL = Column("SourceSystem", ScalarType.STRING)


def table_relation(table: Table, *, in_workspace: bool = True) -> Relation:
    """Return a table's columns as they are read from it; of one that nobody knows, those that all tables have."""
    known = table.columns or (_STANDARD if table.is_open and in_workspace else ())
    columns = tuple(Symbol(SymbolKind.COLUMN, column.name, column.type, table=table) for column in known)
    return Relation(columns, table.is_open, table=table.name)


# All tables at once.
ANY_TABLE = Relation(
    tuple(Symbol(SymbolKind.COLUMN, column.name, column.type) for column in (*_STANDARD, _USUAL)),
    is_open=True,
    table=ANY,
)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The columns that a name in a scalar expression may stand for.

    `left` and `right` are the sides of a join, as `$left` and `$right`. `steps` are names whose members are columns of
    `relation` themselves: the steps of scan. `pattern` is what a graph's pattern gives names to.
    """

    relation: Relation = NO_COLUMNS
    left: Relation | None = None
    right: Relation | None = None
    steps: frozenset[str] = frozenset()
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The names of a graph's pattern: nodes and edges with their columns; `paths` are edges that stand for several."""

    graph: Graph
    variables: Mapping[str, Relation]
    paths: frozenset[str]


NO_ROW = Row()


class OutputColumns:
    """Collects the columns that an operator yields and keeps their names apart as KQL does: `x`, `x1`, `x2`."""

    def __init__(self, columns: Iterable[Symbol] = ()) -> None:
        """Start with some columns, whose names are taken as they are."""
        self._columns: dict[str, Symbol] = {}
        self._last_number: dict[str, int] = {}
        for column in columns:
            self._columns.setdefault(column.name, column)

    def __contains__(self, name: str) -> bool:
        """Tell whether a column has this name."""
        return name in self._columns

    def put(self, column: Symbol) -> None:
        """Take a column under its own name: in place of one that has it, else at the end."""
        self._columns[column.name] = column

    def add(self, column: Symbol) -> None:
        """Take a column; where its name is taken, a number is added to it."""
        taken = column.name in self._columns
        name = self._numbered(column.name) if taken else column.name
        self._columns[name] = renamed(column, name) if taken else column

    def add_unnamed(self, column: Symbol) -> None:
        """Take a column that has no name at all: it becomes `Column1`, `Column2`, ..."""
        name = self._numbered("Column")
        self._columns[name] = renamed(column, name)

    def _numbered(self, name: str) -> str:
        """Return the name with the first number behind it that makes it unique."""
        number = self._last_number.get(name, 0) + 1
        while f"{name}{number}" in self._columns:
            number += 1
        self._last_number[name] = number
        return f"{name}{number}"

    def __iter__(self) -> Iterator[Symbol]:
        """Go through the columns in order."""
        return iter(self._columns.values())


# Columns of every table that are read by name only: no list of the table's columns shows them.
# Source: Azure Monitor documentation, "Standard columns in Azure Monitor Logs".
_HIDDEN = {"_TimeReceived": ScalarType.DATETIME, "_ItemId": ScalarType.STRING}


def hidden_column(name: str, relation: Relation) -> Symbol | None:
    """Return a column that a table has without showing it, while the relation still has all that the table has."""
    if name in _HIDDEN and basis(relation).table:
        return computed(name, _HIDDEN[name], None)
    return None


def basis(relation: Relation) -> Relation:
    """Return what a relation was before operators that only add columns: a table, or what chose the columns."""
    while relation.source is not None:
        kept = relation.names()
        if kept[: len(relation.source.columns)] != relation.source.names():
            return relation
        relation = relation.source
    return relation


def renamed(column: Symbol, name: str) -> Symbol:
    """Return a column under another name; it is no longer the table's column of that name."""
    return Symbol(SymbolKind.COLUMN, name, column.type, declaration=column.declaration, sources=(column,), is_copy=True)


def computed(
    name: str,
    type: ScalarType,
    declaration: Node | None,
    sources: tuple[Symbol | Origin, ...] = (),
    *,
    is_copy: bool = False,
) -> Symbol:
    """Return a column that an expression makes."""
    return Symbol(SymbolKind.COLUMN, name, type, declaration=declaration, sources=sources, is_copy=is_copy)
