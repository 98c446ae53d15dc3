"""How expressions are set. In: a node and the `Shape` to tell. Out: the shape's groups and spaces.

`RULES` has a function for each class that is more than its tokens with single spaces between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.format.shape import INDENT
from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kqlpack.format.shape import Shape
    from kqlpack.syntax.nodes import Node

# Their arguments come in pairs, which stay together: condition and value, key and value.
_PAIRED: Final = frozenset({"case", "bag_pack", "pack", "pack_dictionary"})
# Operators of one line of a chain.
_CHAINS: Final = {
    operator: chain for chain in ({"and"}, {"or"}, {"+", "-"}, {"*", "/", "%"}) for operator in sorted(chain)
}
_BRACKETED: Final = (
    nodes.FunctionCall,
    nodes.ParenthesizedExpression,
    nodes.DynamicLiteral,
    nodes.ToScalarExpression,
)


def _arguments(shape: Shape, opener: int, closer: int, arguments: Sequence[Node]) -> None:
    """Set arguments. A single one that has brackets itself hugs them: `f(g(` breaks only inside."""
    if len(arguments) == 1:
        if isinstance(arguments[0], _BRACKETED):
            return
        if isinstance(arguments[0], nodes.BinaryExpression):
            _chain(shape, arguments[0], indent=0)
    shape.brackets(opener, closer, shape.items(arguments))


def _pairs(shape: Shape, opener: int, closer: int, arguments: Sequence[Node]) -> None:
    shape.brackets(opener, closer, shape.items(arguments[::2]))
    for first, second in zip(arguments[::2], arguments[1::2], strict=False):
        shape.group(shape.first(first), shape.last(second) + 1, (shape.first(second),))


def _function_call(shape: Shape, node: nodes.FunctionCall) -> None:
    opener = shape.last(node.name) + 1
    shape.tight(opener)
    set_arguments = _pairs if node.name.name in _PAIRED else _arguments
    set_arguments(shape, opener, shape.last(node), node.arguments)


def _query_call(
    shape: Shape, node: nodes.ToScalarExpression | nodes.ToTableExpression | nodes.MaterializeExpression
) -> None:
    opener = shape.first(node.expression) - 1
    if isinstance(node, nodes.MaterializeExpression) or not node.parameters:
        shape.tight(opener)
    _arguments(shape, opener, shape.last(node), (node.expression,))


def _parenthesized(shape: Shape, node: nodes.ParenthesizedExpression) -> None:
    _arguments(shape, shape.first(node), shape.last(node), (node.expression,))


def _binary(shape: Shape, node: nodes.BinaryExpression) -> None:
    if node.operator == ":":
        shape.tight_around(shape.at(node.operator_start))
        return
    _chain(shape, node)


def _chain(shape: Shape, node: nodes.BinaryExpression, indent: int = INDENT) -> None:
    """Set operands of one rank, `a and b and c`: each on a line with the operator that leads to it."""
    chain = _CHAINS.get(node.operator)
    if chain is None or id(node) in shape.done:
        return
    breaks = []
    left: Node = node
    while isinstance(left, nodes.BinaryExpression) and left.operator in chain:
        shape.done.add(id(left))
        breaks.append(shape.at(left.operator_start))
        left = left.left
    shape.group(shape.first(node), shape.last(node) + 1, reversed(breaks), indent=indent)


def _in(shape: Shape, node: nodes.InExpression) -> None:
    _arguments(shape, shape.at(node.operator_start) + 1, shape.last(node), node.right)


def _between(shape: Shape, node: nodes.BetweenExpression) -> None:
    shape.brackets(shape.at(node.operator_start) + 1, shape.last(node), (shape.first(node.high) - 1,))


def _unary(shape: Shape, node: nodes.UnaryExpression) -> None:
    shape.tight(shape.first(node) + 1)


def _element(shape: Shape, node: nodes.ElementExpression) -> None:
    shape.tight(shape.last(node.expression) + 1)


def _named_parameter(shape: Shape, node: nodes.NamedParameter) -> None:
    equals = shape.first(node) + 1
    if shape.texts[equals : equals + 1] != ["="]:
        if node.name is node.value or node.name.end >= node.end:
            return
        equals = shape.last(node.name) + 1
    if shape.texts[equals] == "=":
        shape.tight_around(equals)


def _data_table(shape: Shape, node: nodes.DataTable) -> None:
    width = len(node.schema.columns) or 1
    rows = shape.items(node.values[::width])
    shape.brackets(shape.last(node.schema) + 1, shape.last(node), rows, is_hard=width > 1 and len(rows) > 1)


def _external_data(shape: Shape, node: nodes.ExternalData) -> None:
    opener = shape.last(node.schema) + 1
    after = shape.last(node.uris[-1]) + 1
    closer = after + 1 if shape.texts[after] == "," else after
    shape.brackets(opener, closer, shape.items(node.uris))
    if node.properties:
        shape.brackets(shape.first(node.properties[0]) - 1, shape.last(node), shape.items(node.properties))


def _inline_external_table(shape: Shape, node: nodes.InlineExternalTable) -> None:
    for parts in (node.partition, node.path, node.uris, node.properties):
        if parts:
            shape.brackets(shape.first(parts[0]) - 1, shape.last(parts[-1]) + 1, shape.items(parts))


def _row_schema(shape: Shape, node: nodes.RowSchema) -> None:
    shape.brackets(shape.first(node), shape.last(node), shape.items(node.columns))


def _type_of(shape: Shape, node: nodes.TypeOf) -> None:
    shape.tight(shape.first(node) + 1)


def _dynamic(shape: Shape, node: nodes.DynamicLiteral) -> None:
    shape.tight(shape.first(node) + 1)


def _json_array(shape: Shape, node: nodes.JsonArray) -> None:
    shape.brackets(shape.first(node), shape.last(node), shape.items(node.items))


def _json_object(shape: Shape, node: nodes.JsonObject) -> None:
    shape.tight(shape.first(node) + 1, shape.last(node))
    shape.brackets(shape.first(node), shape.last(node), shape.items(node.pairs))


def _wildcard(shape: Shape, node: nodes.WildcardedName) -> None:
    shape.tight_inside(node)


def _data_scope(shape: Shape, node: nodes.DataScope) -> None:
    shape.tight_around(shape.first(node.scope) - 1)


def _entity_group(shape: Shape, node: nodes.EntityGroup) -> None:
    shape.brackets(shape.first(node) + 1, shape.last(node), shape.items(node.entities))


def _string(shape: Shape, node: nodes.StringLiteral) -> None:
    first, last = shape.first(node), shape.last(node)
    shape.group(first, last + 1, range(first + 1, last + 1))


RULES: Final[dict[type[Node], Callable[[Shape, Any], None]]] = {
    nodes.BetweenExpression: _between,
    nodes.BinaryExpression: _binary,
    nodes.DataScope: _data_scope,
    nodes.DataTable: _data_table,
    nodes.DynamicLiteral: _dynamic,
    nodes.ElementExpression: _element,
    nodes.EntityGroup: _entity_group,
    nodes.ExternalData: _external_data,
    nodes.InlineExternalTable: _inline_external_table,
    nodes.FunctionCall: _function_call,
    nodes.InExpression: _in,
    nodes.JsonArray: _json_array,
    nodes.JsonObject: _json_object,
    nodes.MaterializeExpression: _query_call,
    nodes.NamedParameter: _named_parameter,
    nodes.ParenthesizedExpression: _parenthesized,
    nodes.RowSchema: _row_schema,
    nodes.StringLiteral: _string,
    nodes.ToScalarExpression: _query_call,
    nodes.ToTableExpression: _query_call,
    nodes.TypeOf: _type_of,
    nodes.UnaryExpression: _unary,
    nodes.WildcardedName: _wildcard,
}
