"""The names that `let`, `as` and parameters give. In: what they were given to. Out: `Scope`, which finds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from kqlpack.semantics.bound import SymbolKind

if TYPE_CHECKING:
    from kqlpack.catalog.types import ScalarType
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import FunctionDeclaration, Node


@dataclass(frozen=True, slots=True, eq=False)
class LetFunction:
    """A function that the query declares. `scope` holds what its body sees.

    `result` is what the body yields with its parameters as declared. `depends_on_arguments`: a call may yield more
    exact columns than that, because a parameter is `(*)` or names a table or column.
    """

    declaration: FunctionDeclaration
    scope: Scope
    result: Value
    depends_on_arguments: bool


@dataclass(frozen=True, slots=True)
class Place:
    """What `workspace("x")`, `app("x")`, `database("x")` or `cluster("x")` stands for: where tables are.

    `is_known`: its tables have the schemas of the catalogue.
    """

    is_known: bool


# What an expression is: a type (UNKNOWN also where it may be tabular), columns, a function, or a place.
Value: TypeAlias = "ScalarType | Relation | LetFunction | Place"


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A name and what it was given to; `constant` is the literal, where it is one."""

    name: str
    value: ScalarType | Relation | LetFunction | Place
    declaration: Node | None
    constant: Node | None = None
    kind: SymbolKind = SymbolKind.VARIABLE


@dataclass(slots=True, eq=False)
class Scope:
    """Names, and the scope around them."""

    parent: Scope | None = None
    variables: dict[str, Variable] = field(default_factory=dict)

    def declare(self, variable: Variable) -> None:
        """Make a name known from here on."""
        self.variables[variable.name] = variable

    def find(self, name: str) -> Variable | None:
        """Return what a name stands for: the innermost one wins."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.parent
        return None

    def names(self) -> list[str]:
        """Return all names that can be seen from here."""
        result: list[str] = []
        scope: Scope | None = self
        while scope is not None:
            result.extend(scope.variables)
            scope = scope.parent
        return result
