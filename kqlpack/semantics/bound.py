"""What binding finds out. In: nothing. Out: `Schema`, `Symbol`, `Bound`, which are tables beside the tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kqlpack.catalog.types import ScalarType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.catalog import Catalog, Column, Function, Table
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.syntax.nodes import Node
    from kqlpack.syntax.parsed import Parsed


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a tabular value, in order. `is_open`: there may be more that nobody can tell."""

    columns: tuple[Column, ...] = ()
    is_open: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of this exact name."""
        return next((column for column in self.columns if column.name == name), None)


UNKNOWN_SCHEMA = Schema(is_open=True)


class HasSchema(Protocol):
    """What the binder keeps for an operator: its columns are made into a `Schema` when somebody asks."""

    def schema(self) -> Schema:
        """Return the columns."""


class SymbolKind(StrEnum):
    """What a name turned out to stand for."""

    COLUMN = "column"
    TABLE = "table"
    VARIABLE = "variable"
    FUNCTION = "function"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a NameReference stands for.

    `declaration` is the node that gave the name, where the query itself did (let, extend, as, a parameter).
    `table` is the table that a column was read from unchanged, where that is known; for a table, itself.
    `sources` are what a column was made of: other columns, and expressions with what their names stood for;
    `is_copy`: it is its one source under another name. `lineage` follows them.
    """

    kind: SymbolKind
    name: str
    type: ScalarType = ScalarType.UNKNOWN
    schema: Schema | None = None
    declaration: Node | None = None
    table: Table | None = None
    function: Function | None = None
    sources: tuple[Symbol | Origin, ...] = ()
    is_copy: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """An expression that a column was made by, and what names stood for when it was bound."""

    expression: Node
    symbols: Mapping[Node, Symbol]


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A parsed query and what is known about it.

    `diagnostics` holds those of syntax, then those of binding (codes KQL1xx that concern names). `columns` is the
    result's columns, None when they can't be told completely. `tables` are the names of the tables read, in order of
    appearance, each once, unknown ones included.
    """

    parsed: Parsed
    catalog: Catalog
    diagnostics: tuple[Diagnostic, ...] = ()
    columns: tuple[Column, ...] | None = None
    tables: tuple[str, ...] = ()
    _types: dict[Node, ScalarType] = field(default_factory=dict, repr=False)
    _symbols: dict[Node, Symbol] = field(default_factory=dict, repr=False)
    _before: Mapping[Node, HasSchema] = field(default_factory=dict, repr=False)
    _after: Mapping[Node, HasSchema] = field(default_factory=dict, repr=False)
    _result: tuple[Symbol, ...] = field(default=(), repr=False)

    @property
    def result(self) -> tuple[Symbol, ...]:
        """The columns of the result that are known, with what they were made of."""
        return self._result

    def type_of(self, node: Node) -> ScalarType:
        """Return the scalar type of an expression; UNKNOWN for what can't be told and for tabular expressions."""
        return self._types.get(node, ScalarType.UNKNOWN)

    def symbol_of(self, node: Node) -> Symbol | None:
        """Return what a NameReference (or the name of a FunctionCall) stands for; None when it isn't known."""
        return self._symbols.get(node)

    def schema_before(self, operator: Node) -> Schema:
        """Return the columns that a tabular operator reads."""
        found = self._before.get(operator)
        return UNKNOWN_SCHEMA if found is None else found.schema()

    def schema_after(self, node: Node) -> Schema:
        """Return the columns that a tabular operator, or a tabular expression, yields."""
        found = self._after.get(node)
        return UNKNOWN_SCHEMA if found is None else found.schema()

    def is_tabular(self, node: Node) -> bool:
        """Tell whether a node was read as a tabular expression."""
        return node in self._after
