"""What rules ask about what stands around a node. In: nodes of a bound query. Out: parents, chains, edits.

Nodes know no parent, so the parents of a tree are listed once, for the query that is looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.result_names import result_name
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    FunctionDeclaration,
    LetStatement,
    MvApplyOperator,
    NameReference,
    ParenthesizedExpression,
    PipeExpression,
    TabularOperator,
    UnaryExpression,
    children,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import Node

# What gives a row a value by the rows around it, or by chance: the rows that are left decide over it.
_BY_OTHER_ROWS = frozenset(
    {"next", "prev", "row_cumsum", "row_number", "row_rank", "row_rank_dense", "row_rank_min", "row_window_session"}
)
_BY_CHANCE = frozenset({"rand", "new_guid", "random"})


@lru_cache(maxsize=1)
def _parents(bound: Bound) -> dict[Node, Node]:
    return {child: node for node in walk(bound.parsed.root) for child in children(node)}


def parent(node: Node, context: KqlContext) -> Node | None:
    """Return the node that an expression stands in, parentheses included; None for the root."""
    return _parents(context.bound).get(node)


def holder(node: Node, context: KqlContext) -> Node | None:
    """Return the node that an expression stands in, behind parentheses around it."""
    found = parent(node, context)
    while isinstance(found, ParenthesizedExpression):
        found = parent(found, context)
    return found


def ancestors(node: Node, context: KqlContext) -> Iterator[Node]:
    """Yield what a node stands in, from the inside out."""
    found = parent(node, context)
    while found is not None:
        yield found
        found = parent(found, context)


def is_whole_chain(node: BinaryExpression, context: KqlContext) -> bool:
    """Tell whether a row of `and`s, or `or`s, is no part of a longer one."""
    above = parent(node, context)
    return not (isinstance(above, BinaryExpression) and above.operator == node.operator)


def chain(node: BinaryExpression) -> list[Node]:
    """Return what is joined by an `and` or `or` and those of the same kind below it, in the order of the text.

    Parentheses are kept: what stands in them is one operand.
    """
    found: list[Node] = []
    stack: list[Node] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, BinaryExpression) and one.operator == node.operator:
            stack += [one.right, one.left]
        else:
            found.append(one)
    return found


def conjuncts(predicate: Node) -> list[Node]:
    """Return the conditions that a predicate joins by `and`, without parentheses around them."""
    found: list[Node] = []
    stack = [predicate]
    while stack:
        one = stack.pop()
        while isinstance(one, ParenthesizedExpression):
            one = one.expression
        if isinstance(one, BinaryExpression) and one.operator == "and":
            stack += [one.right, one.left]
        else:
            found.append(one)
    return found


# Nobody writes a longer pipe; of one that a program wrote, each step looks back no further.
_MOST_STEPS = 50


def pipes(pipe: PipeExpression) -> list[PipeExpression]:
    """Return the steps of a pipe up to this one, the last first; of a very long one, those that are near."""
    found = [pipe]
    while isinstance(found[-1].expression, PipeExpression) and len(found) < _MOST_STEPS:
        found.append(found[-1].expression)
    return found


def before(pipe: PipeExpression) -> Node:
    """Return the operator in front of this one, or the head of the pipe."""
    return pipe.expression.operator if isinstance(pipe.expression, PipeExpression) else pipe.expression


def after(pipe: PipeExpression, context: KqlContext) -> PipeExpression | None:
    """Return the next step of a pipe, if it has one."""
    above = parent(pipe, context)
    return above if isinstance(above, PipeExpression) and above.expression is pipe else None


def between(pipe: PipeExpression) -> Span:
    """Return the place of a step's `|`, with white space and comments around it."""
    return Span(pipe.expression.end, pipe.operator.start)


def is_commented(span: Span, context: KqlContext) -> bool:
    """Tell whether a comment stands in a place that holds no string."""
    return "//" in context.file.text[span.start : span.end]


def without_step(pipe: PipeExpression, context: KqlContext) -> tuple[Span, str] | None:
    """Return the edit that takes an operator out of its pipe; None where a comment would go with it."""
    if is_commented(between(pipe), context):
        return None
    return Span(pipe.expression.end, pipe.operator.end), ""


@lru_cache(maxsize=1)
def _token_starts(bound: Bound) -> list[int]:
    return [token.start for token in bound.parsed.tokens]


def normal(node: Node, context: KqlContext) -> str:
    """Return a node's text so that two that differ in white space and comments only are the same."""
    starts = _token_starts(context.bound)
    first, last = bisect_left(starts, node.start), bisect_left(starts, node.end)
    return " ".join(token.text for token in context.bound.parsed.tokens[first:last])


def columns_named(expression: Node, context: KqlContext) -> frozenset[str]:
    """Return the names in an expression that are columns, or that nobody knows."""
    found: set[str] = set()
    for node in walk(expression):
        if isinstance(node, NameReference):
            symbol = context.bound.symbol_of(node)
            if symbol is None or symbol.kind is SymbolKind.COLUMN:
                found.add(node.name)
    return frozenset(found)


def calls_in(expression: Node) -> frozenset[str]:
    """Return the names of the functions that an expression calls."""
    return frozenset(node.name.name for node in walk(expression) if isinstance(node, FunctionCall))


def is_row_by_row(expression: Node) -> bool:
    """Tell whether an expression's value depends on nothing but its own row."""
    called = calls_in(expression)
    return called.isdisjoint(_BY_OTHER_ROWS) and called.isdisjoint(_BY_CHANCE)


def keeps_its_name(call: FunctionCall, context: KqlContext) -> bool:
    """Tell whether a column is called the same with its first argument in place of the call."""
    catalog = context.bound.catalog
    above = parent(call, context)
    is_output = isinstance(above, TabularOperator)
    return not is_output or result_name(catalog, call) == result_name(catalog, call.arguments[0])


def is_in_function(node: Node, context: KqlContext) -> bool:
    """Tell whether a node stands in what may run several times: a function's body, the query of mv-apply."""
    return any(isinstance(one, FunctionDeclaration | MvApplyOperator) for one in ancestors(node, context))


@lru_cache(maxsize=1)
def _uses(bound: Bound) -> dict[Node, list[NameReference]]:
    found: dict[Node, list[NameReference]] = {}
    for node in walk(bound.parsed.root):
        if isinstance(node, NameReference):
            symbol = bound.symbol_of(node)
            if symbol is not None and symbol.declaration is not None and symbol.kind is not SymbolKind.COLUMN:
                found.setdefault(symbol.declaration, []).append(node)
    return found


def uses(let: LetStatement, context: KqlContext) -> list[NameReference]:
    """Return the places that name what a `let` declares."""
    return _uses(context.bound).get(let.name, [])


def unsigned(node: Node) -> Node:
    """Return an expression without parentheses and signs in front of it."""
    while isinstance(node, ParenthesizedExpression | UnaryExpression):
        node = node.expression if isinstance(node, ParenthesizedExpression) else node.operand
    return node
