"""How statements and pipes are set. In: a node and the `Shape` to tell. Out: the shape's groups and spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.format.shape import INDENT
from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.format.shape import Shape
    from kqlpack.syntax.nodes import Node


def _query_block(shape: Shape, node: nodes.QueryBlock) -> None:
    starts = shape.items(node.statements)
    shape.statements.update(starts)
    shape.group(0, len(shape.texts), starts, indent=0, is_hard=True)


def _let(shape: Shape, node: nodes.LetStatement) -> None:
    if isinstance(node.expression, nodes.PipeExpression):
        pipe(shape, node.expression, INDENT)


def pipe(shape: Shape, node: nodes.PipeExpression, indent: int = 0) -> None:
    """Set a pipe, one operator on a line."""
    if id(node) in shape.done:
        return
    bars = []
    left: Node = node
    while isinstance(left, nodes.PipeExpression):
        shape.done.add(id(left))
        bars.append(shape.first(left.operator) - 1)
        left = left.expression
    shape.group(shape.first(node), shape.last(node) + 1, reversed(bars), indent=indent, is_hard=True)


def _function_declaration(shape: Shape, node: nodes.FunctionDeclaration) -> None:
    opener = shape.first(node) + node.is_view
    shape.brackets(opener, shape.first(node.body) - 1, shape.items(node.parameters))


def _function_body(shape: Shape, node: nodes.FunctionBody) -> None:
    first, last = shape.first(node), shape.last(node)
    if first == last:  # `{T}` is one token
        return
    if not node.statements:
        shape.tight(last)
        return
    starts = shape.items(node.statements)
    shape.statements.update(starts[1:])
    shape.brackets(first, last, starts, is_hard=len(starts) > 1)


def _query_parameters(shape: Shape, node: nodes.QueryParametersStatement) -> None:
    shape.brackets(shape.first(node) + 2, shape.last(node), shape.items(node.parameters))


def _restrict(shape: Shape, node: nodes.RestrictStatement) -> None:
    closer = shape.last(node.entities[-1]) + 1
    shape.brackets(shape.first(node.entities[0]) - 1, closer, shape.items(node.entities))


def _pattern(shape: Shape, node: nodes.PatternStatement) -> None:
    if node.path is not None:
        shape.tight(shape.first(node.path) - 1)
    if node.matches:
        starts = shape.items(node.matches)
        shape.brackets(starts[0] - 1, shape.last(node), starts, is_hard=True)


RULES: Final[dict[type[Node], Callable[[Shape, Any], None]]] = {
    nodes.FunctionBody: _function_body,
    nodes.FunctionDeclaration: _function_declaration,
    nodes.LetStatement: _let,
    nodes.PatternStatement: _pattern,
    nodes.PipeExpression: pipe,
    nodes.QueryBlock: _query_block,
    nodes.QueryParametersStatement: _query_parameters,
    nodes.RestrictStatement: _restrict,
}
