"""Statements: a query is a list of them, the last of which yields the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kqlpack.syntax.nodes.base import Node

if TYPE_CHECKING:
    from kqlpack.syntax.nodes.expressions import NamedParameter
    from kqlpack.syntax.nodes.names import NameAndType, NameDeclaration


class QueryBlock(Node, frozen=True, eq=False):
    """The whole text: statements parted by `;`."""

    is_whole: ClassVar[bool] = True

    statements: tuple[Node, ...]


class ExpressionStatement(Node, frozen=True, eq=False):
    """A query that yields a result."""

    expression: Node


class LetStatement(Node, frozen=True, eq=False):
    """`let name = expression`; the expression may be a FunctionDeclaration or EntityGroup."""

    name: NameDeclaration
    expression: Node


class FunctionDeclaration(Node, frozen=True, eq=False):
    """`(parameters) { body }` after `let f =`; `is_view` with `view` before it."""

    parameters: tuple[FunctionParameter, ...]
    body: FunctionBody
    is_view: bool = False


class FunctionParameter(Node, frozen=True, eq=False):
    """`name: type = default`. `type` is a TypeReference (scalar) or a RowSchema (tabular; `(*)` is open)."""

    name: NameDeclaration
    type: Node
    default: Node | None


class FunctionBody(Node, frozen=True, eq=False):
    """`{ let ...; expression }`: statements, the last of which (an ExpressionStatement) is what the function yields."""

    statements: tuple[Node, ...]


class SetStatement(Node, frozen=True, eq=False):
    """`set option = value`."""

    name: NameDeclaration
    value: Node | None


class QueryParametersStatement(Node, frozen=True, eq=False):
    """`declare query_parameters (name: type = default, ...)`."""

    parameters: tuple[FunctionParameter, ...]


class RestrictStatement(Node, frozen=True, eq=False):
    """`restrict access to (entities)`."""

    entities: tuple[Node, ...]
    parameters: tuple[NamedParameter, ...]


class AliasStatement(Node, frozen=True, eq=False):
    """`alias database name = expression`."""

    name: NameDeclaration
    expression: Node


class PatternStatement(Node, frozen=True, eq=False):
    """`declare pattern name = (parameters)[path] { matches }`; without the rest it only announces the name."""

    name: NameDeclaration
    parameters: tuple[NameAndType, ...]
    path: NameAndType | None
    matches: tuple[PatternMatch, ...]


class PatternMatch(Node, frozen=True, eq=False):
    """`(arguments).[path] = { body }`."""

    arguments: tuple[Node, ...]
    path: Node | None
    body: FunctionBody


class ManagementCommand(Node, frozen=True, eq=False):
    """A text that starts with `.`, such as `.show tables`: not a query. `text` is all of it."""

    text: str


Statement = (
    ExpressionStatement
    | LetStatement
    | SetStatement
    | QueryParametersStatement
    | RestrictStatement
    | AliasStatement
    | PatternStatement
)
