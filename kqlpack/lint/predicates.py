"""What rules ask about conditions and the operators before them. In: nodes. Out: parts, columns, values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kqlpack.lint import operands
from kqlpack.semantics import points
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import (
    BinaryExpression,
    ElementExpression,
    FunctionCall,
    Literal,
    NameReference,
    ParenthesizedExpression,
    PathExpression,
    PipeExpression,
    StringLiteral,
    children,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.bound import Symbol
    from kqlpack.syntax.nodes import Node

# More conditions in a row than these are not looked at together.
MOST_CONDITIONS: Final = 60


class Constant(NamedTuple):
    """A literal's value; `kind` keeps apart what is never compared: texts, numbers, bools."""

    kind: str
    value: object


def parts(node: Node, operator: str) -> list[Node]:
    """Return what a row of `and`s (or of `or`s) joins, in the order of the text, without parentheses."""
    found: list[Node] = []
    stack = [node]
    while stack and len(found) < MOST_CONDITIONS:
        one = unparenthesized(stack.pop())
        if isinstance(one, BinaryExpression) and one.operator == operator:
            stack += [one.right, one.left]
        else:
            found.append(one)
    return found


def operators_before(pipe: PipeExpression) -> Iterator[Node]:
    """Yield the operators that rows pass before they reach the pipe's own, the nearest first."""
    node: Node = pipe.expression
    while isinstance(node, PipeExpression | ParenthesizedExpression):
        if isinstance(node, PipeExpression):
            yield node.operator
        node = node.expression


def calls_in(operator: Node, context: KqlContext, names: Container[str]) -> Iterator[FunctionCall]:
    """Yield an operator's calls of built-in functions; those inside a query of its own are not the operator's."""
    stack = [operator]
    while stack:
        node = stack.pop()
        if isinstance(node, FunctionCall) and operands.calls(node, context, names):
            yield node
        if node is operator or not context.bound.is_tabular(node):
            stack.extend(reversed(children(node)))


def head(pipe: Node) -> Node:
    """Return what a pipe begins with."""
    while isinstance(pipe, PipeExpression | ParenthesizedExpression):
        pipe = pipe.expression
    return pipe


def column(node: Node, context: KqlContext) -> Symbol | None:
    """Return the column that an expression is; None for any other."""
    node = unparenthesized(node)
    symbol = context.bound.symbol_of(node) if isinstance(node, NameReference) else None
    return symbol if symbol is not None and symbol.kind is SymbolKind.COLUMN else None


def place(node: Node, context: KqlContext) -> str:
    """Return the text of a column, or of a member of one (`a.b`, `a["b"]`); empty for any other expression."""
    node = unparenthesized(node)
    root = node
    while isinstance(root, PathExpression | ElementExpression):
        if isinstance(root, ElementExpression) and not operands.is_literal(root.index):
            return ""
        root = unparenthesized(root.expression)
    return "".join(context.text(node).split()) if column(root, context) is not None else ""


def is_written(node: Node, context: KqlContext) -> bool:
    """Tell whether a query says this itself; of a template, what stands there and is not a parameter's value."""
    query = context.query
    return query is None or not query.is_template or context.text(node) in query.text


def value(node: Node, context: KqlContext) -> Constant | None:
    """Return the value of a literal text, number or bool, one that a `let` names included; None for any other."""
    node = operands.constant(node, context)
    if isinstance(node, StringLiteral):
        return Constant("text", node.value)
    if isinstance(node, Literal) and node.kind == "bool" and node.text in {"true", "false"}:
        return Constant("bool", node.text == "true")
    found = points.point(node, context.bound)
    return Constant("number", found.value) if found is not None and found.line == points.NUMBER else None
