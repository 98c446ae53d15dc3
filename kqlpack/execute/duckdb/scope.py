"""What a name stands for while a query is compiled. In: let statements, arguments, rows. Out: `Scope`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.sql import Relation, Sql
    from kqlpack.syntax.nodes import FunctionDeclaration, Node


@dataclass(frozen=True, slots=True)
class Deferred:
    """The expression of a let statement, compiled where (and if) it is used."""

    node: Node
    scope: Scope


@dataclass(frozen=True, slots=True)
class Closure:
    """A function of a let statement and the names it sees."""

    declaration: FunctionDeclaration
    scope: Scope


Value = "Sql | Relation | Deferred | Closure"


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that an expression sees: the row's columns first, then the query's variables.

    `left` and `right` are the sides of a join's condition. `computed` holds expressions that were computed before, by
    their nodes: the aggregates inside an expression of summarize. `source` is the relation that the row comes
    from, also inside a function's body, which sees no columns.
    """

    variables: dict[str, Sql | Relation | Deferred | Closure] = field(default_factory=dict)
    row: Relation | None = None
    left: Relation | None = None
    right: Relation | None = None
    computed: dict[Node, Sql] = field(default_factory=dict)
    source: Relation | None = None

    def with_row(self, row: Relation | None) -> Scope:
        """Return the scope of expressions over a relation's rows."""
        return replace(self, row=row, left=None, right=None, computed={}, source=row)

    def with_variable(self, name: str, value: Sql | Relation | Deferred | Closure) -> Scope:
        """Return a scope that has one variable more."""
        return replace(self, variables={**self.variables, name: value})

    def without_row(self) -> Scope:
        """Return the scope of a function's body or of a sub-query: the variables alone."""
        return Scope(self.variables)
