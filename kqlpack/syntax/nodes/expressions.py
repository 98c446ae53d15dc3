"""Expressions: what has a value, scalar or tabular."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.source import Span
from kqlpack.syntax.nodes.base import Node

if TYPE_CHECKING:
    from kqlpack.syntax.nodes.names import NameAndType, NameDeclaration, NameReference, TypeReference


class BinaryExpression(Node, frozen=True, eq=False):
    """Two operands and an operator: `and or == != =~ !~ < <= > >= + - * / %`, and the string operators.

    `operator` is as written (`has`, `!contains_cs`, `matches regex`, `<>`); `:` of search stands as `:`.
    The left operand is a Star in `* has "x"`.
    """

    left: Node
    operator: str
    operator_start: int
    right: Node

    @property
    def operator_span(self) -> Span:
        """The characters of the operator."""
        return Span(self.operator_start, self.operator_start + len(self.operator))


class InExpression(Node, frozen=True, eq=False):
    """`left in (a, b)`, also `!in`, `in~`, `!in~`, `has_any`, `has_all`; `right` may be one tabular expression."""

    left: Node
    operator: str
    operator_start: int
    right: tuple[Node, ...]

    @property
    def operator_span(self) -> Span:
        """The characters of the operator."""
        return Span(self.operator_start, self.operator_start + len(self.operator))


class BetweenExpression(Node, frozen=True, eq=False):
    """`left between (low .. high)` or `!between`."""

    left: Node
    operator: str
    operator_start: int
    low: Node
    high: Node

    @property
    def operator_span(self) -> Span:
        """The characters of the operator."""
        return Span(self.operator_start, self.operator_start + len(self.operator))


class UnaryExpression(Node, frozen=True, eq=False):
    """`-x` or `+x`."""

    operator: str
    operand: Node


class ParenthesizedExpression(Node, frozen=True, eq=False):
    """`( expression )`, scalar or tabular."""

    expression: Node


def unparenthesized(node: Node) -> Node:
    """Return an expression without the parentheses around it."""
    while isinstance(node, ParenthesizedExpression):
        node = node.expression
    return node


class PathExpression(Node, frozen=True, eq=False):
    """`expression.selector`; the selector is a NameReference, or a FunctionCall as in `database("x").table("y")`."""

    expression: Node
    selector: Node


class ElementExpression(Node, frozen=True, eq=False):
    """`expression[index]`."""

    expression: Node
    index: Node


class FunctionCall(Node, frozen=True, eq=False):
    """`name(arguments)`: function, aggregate or plugin. An argument may be a NamedExpression or a Star."""

    name: NameReference
    arguments: tuple[Node, ...]


class NamedExpression(Node, frozen=True, eq=False):
    """`name = expression`."""

    name: NameDeclaration
    expression: Node


class CompoundNamedExpression(Node, frozen=True, eq=False):
    """`(a, b) = expression`."""

    names: tuple[NameDeclaration, ...]
    expression: Node


class OrderedExpression(Node, frozen=True, eq=False):
    """`expression asc nulls last`.

    `order` (asc, desc, granny-asc, granny-desc) and `nulls` (first, last) are as written, or None for KQL's default.
    """

    expression: Node
    order: str | None
    nulls: str | None


class Star(Node, frozen=True, eq=False):
    """`*`: all columns, in `arg_max(x, *)`, `distinct *`, `search *`, `* has "x"`."""


class At(Node, frozen=True, eq=False):
    """`@`, which dynamic path patterns use for the element."""


class PipeExpression(Node, frozen=True, eq=False):
    """`expression | operator`. A pipe of three operators is three of these, the last operator's outermost."""

    expression: Node
    operator: Node


class ToScalarExpression(Node, frozen=True, eq=False):
    """`toscalar(query)`."""

    parameters: tuple[NamedParameter, ...]
    expression: Node


class ToTableExpression(Node, frozen=True, eq=False):
    """`totable(query)`."""

    parameters: tuple[NamedParameter, ...]
    expression: Node


class MaterializeExpression(Node, frozen=True, eq=False):
    """`materialize(query)`, which stands in a `let` only."""

    expression: Node


class NamedParameter(Node, frozen=True, eq=False):
    """`kind=inner`, `hint.strategy=shuffle`, ...: an operator's setting; its value is a literal or a NameReference."""

    name: NameReference
    value: Node


class DataTable(Node, frozen=True, eq=False):
    """`datatable (a: int, b: string) [1, "x", ...]`: the values row by row."""

    parameters: tuple[NamedParameter, ...]
    schema: RowSchema
    values: tuple[Node, ...]


class ContextualDataTable(Node, frozen=True, eq=False):
    """`__contextual_datatable id (schema)`, which the service uses between its nodes."""

    id: Node
    schema: RowSchema


class ExternalData(Node, frozen=True, eq=False):
    """`externaldata (schema) [uris] with (properties)`. `keyword` tells it from the older `external_data`."""

    keyword: str
    parameters: tuple[NamedParameter, ...]
    schema: RowSchema
    uris: tuple[Node, ...]
    properties: tuple[NamedParameter, ...]


class InlineExternalTable(Node, frozen=True, eq=False):
    """`inline_external_table (schema) kind=storage partition by (...) pathformat=(...) dataformat=csv (uris)`."""

    schema: RowSchema | None
    kind: NamedParameter
    partition: tuple[PartitionColumn, ...]
    path: tuple[Node, ...]
    format: NameReference | None
    uris: tuple[Node, ...]
    properties: tuple[NamedParameter, ...]


class PartitionColumn(Node, frozen=True, eq=False):
    """`name: type = expression` in `partition by` of an external table."""

    name: NameDeclaration
    type: TypeReference
    expression: Node | None


class DateTimePattern(Node, frozen=True, eq=False):
    """`datetime_pattern("yyyy/MM", name)` in `pathformat` of an external table."""

    pattern: Node
    name: NameReference


class DataScope(Node, frozen=True, eq=False):
    """`T datascope=hotcache`."""

    expression: NameReference
    scope: NameReference


class RowSchema(Node, frozen=True, eq=False):
    """`(a: int, b: string)`; `is_open` when it starts with `*`."""

    columns: tuple[NameAndType, ...]
    is_open: bool = False


class EntityGroup(Node, frozen=True, eq=False):
    """`entity_group [a, b]`."""

    entities: tuple[Node, ...]
