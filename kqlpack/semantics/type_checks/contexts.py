"""Expressions in places that they don't fit. In: an expression and the place. Out: findings of the binder's.

Source: what Kusto.Language refuses in conditions, keys and lists of aggregates; the Kusto documentation's pages on
summarize, join, sort, distinct and mv-expand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.model import FunctionKind
from kqlpack.catalog.types import ScalarType
from kqlpack.diagnostics import Applicability, Edit, Fix
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.type_checks.operators import not_a_condition
from kqlpack.semantics.type_checks.words import a
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import (
    CompoundNamedExpression,
    FunctionCall,
    NamedExpression,
    NameReference,
    OrderedExpression,
    PathExpression,
    children,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import Node

_DYNAMIC, _STRING, _UNKNOWN = ScalarType.DYNAMIC, ScalarType.STRING, ScalarType.UNKNOWN

# Operators in which aggregate functions may stand.
_AGGREGATING = frozenset(
    {
        nodes.EvaluateOperator,
        nodes.GraphMatchOperator,
        nodes.GraphShortestPathsOperator,
        nodes.MakeSeriesOperator,
        nodes.SummarizeOperator,
        nodes.TopHittersOperator,
        nodes.TopNestedOperator,
    }
)
# `any` is also a function of graph patterns.
_NOT_ONLY_AGGREGATES = frozenset({"any"})


def check_condition(binder: Binder, node: Node) -> None:
    """Report what stands after `where` and is neither true nor false."""
    type_ = binder.type_of(node)
    if type_ is not _UNKNOWN and type_ is not ScalarType.BOOL and node in binder.types:
        not_a_condition(binder, node, type_, "`where` needs a condition")


def check_key(binder: Binder, expression: Node, word: str) -> None:
    """Report a key to group or to sort by whose type is dynamic."""
    if isinstance(expression, OrderedExpression):
        expression = expression.expression
    value = expression.expression if isinstance(expression, NamedExpression) else expression
    if isinstance(value, CompoundNamedExpression) or binder.type_of(value) is not _DYNAMIC:
        return
    written = binder.findings.text(value)
    edits = [Edit(Span(value.start, value.start), "tostring("), Edit(Span(value.end, value.end), ")")]
    if value is expression and isinstance(value, NameReference):
        # Without a name of its own the column keeps the one that it has.
        edits[0] = Edit(Span(value.start, value.start), f"{binder.findings.text(value)} = tostring(")
    binder.findings.report(
        value,
        code="KQL109",
        rule="key-is-dynamic",
        message=f"`{word}` can't use `{written}`: its type is dynamic, which has neither order nor equality, "
        "so the query fails",
        help=f"convert it: `tostring({written})`",
        fix=Fix(f"Convert `{written}` to a string", tuple(edits), Applicability.UNSAFE) if word != "sort" else None,
    )


def check_misplaced_aggregate(binder: Binder, call: FunctionCall) -> None:
    """Report an aggregate function where there are no groups to aggregate."""
    name = call.name.name
    if binder.operator is None or binder.operator in _AGGREGATING or name in _NOT_ONLY_AGGREGATES:
        return
    binder.findings.report(
        call.name,
        code="KQL130",
        rule="misplaced-aggregate",
        message=f"`{name}` aggregates the rows of a group, and there are no groups here, so the query fails",
        help=f"write `| summarize {binder.findings.text(call)}` before, or use a scalar function",
    )


def check_aggregated(binder: Binder, expression: Node, keys: frozenset[str]) -> None:
    """Report a column in summarize's list that no aggregate function is applied to; `keys` are those grouped by."""
    stack = [expression]
    while stack:
        node = stack.pop()
        match node:
            case FunctionCall():
                if _is_scalar_call(binder, node):
                    stack.extend(node.arguments)
            case NamedExpression() | CompoundNamedExpression():
                stack.append(node.expression)
            case PathExpression():
                stack.append(node.expression)
            case NameReference():
                _not_aggregated(binder, node, keys)
            case _ if binder.is_tabular(node):
                continue
            case _:
                stack.extend(children(node))


def _is_scalar_call(binder: Binder, call: FunctionCall) -> bool:
    name = call.name.name
    if binder.scope.find(name) is not None or binder.catalog.aggregate(name) is not None:
        return False
    function = binder.catalog.function(name)
    return function is not None and function.kind is FunctionKind.SCALAR


def _not_aggregated(binder: Binder, node: NameReference, keys: frozenset[str]) -> None:
    symbol = binder.symbols.get(node)
    if symbol is None or symbol.kind is not SymbolKind.COLUMN or not symbol.type.is_known or node.name in keys:
        return
    binder.findings.report(
        node,
        code="KQL131",
        rule="column-not-aggregated",
        message=f"a group has many values of `{node.name}`, and nothing says which one to take, so the query fails",
        help=f"write `take_any({node.name})` or another aggregate, or group by it",
    )


def check_join_key(binder: Binder, node: Node, left: ScalarType, right: ScalarType) -> None:
    """Report the keys of a join whose types can't be equal."""
    if _UNKNOWN in {left, right}:
        return
    if _DYNAMIC in {left, right}:
        message = f"the keys of a join can't be dynamic, as in `{binder.findings.text(node)}`, so the query fails"
        help_ = "convert the key by `extend` before the join, as in `extend key = tostring(...)`"
    elif left is right or {left, right} <= {ScalarType.INT, ScalarType.LONG}:
        return
    else:
        message = (
            f"the keys of `{binder.findings.text(node)}` are {a(left)} on the left and {a(right)} on the right, "
            "so the query fails"
        )
        help_ = f"convert one of them by `extend` before the join: both {left}, or both {right}"
    binder.findings.report(node, code="KQL132", rule="join-key-types", message=message, help=help_)


def check_duplicates(binder: Binder, expressions: Iterable[Node], word: str, taken: Iterable[str] = ()) -> None:
    """Report a name that one list gives to two columns; `taken` are names given before the list."""
    names = set(taken)
    for expression in expressions:
        if not isinstance(expression, NamedExpression):
            continue
        name = expression.name.name
        if name in names:
            binder.findings.report(
                expression.name,
                code="KQL133",
                rule="duplicate-output-column",
                message=f"this `{word}` makes two columns called `{name}`, so the query fails",
                help="give each its own name",
            )
        names.add(name)


def check_expandable(binder: Binder, expression: Node, word: str) -> None:
    """Report what is neither array nor bag and is to be expanded."""
    value = expression.expression if isinstance(expression, NamedExpression) else expression
    type_ = binder.type_of(value)
    if type_ is _UNKNOWN or type_ is _DYNAMIC:
        return
    written = binder.findings.text(value)
    name = written if value is expression and isinstance(unparenthesized(value), NameReference) else ""
    parsed = f"parse_json({written})" if type_ is _STRING else f"pack_array({written})"
    binder.findings.report(
        value,
        code="KQL134",
        rule="not-dynamic",
        message=f"`{word}` needs an array or a bag, and `{written}` is {a(type_)}, so the query fails",
        help=f"write `{word} {f'{name} = ' if name else ''}{parsed}`",
    )


def check_member(binder: Binder, node: Node, value: Node, type_: ScalarType) -> None:
    """Report a path into what has no members."""
    if type_ is _UNKNOWN or type_ is _DYNAMIC:
        return
    written = binder.findings.text(value)
    rest = binder.parsed.text[value.end : node.end]
    help_ = f"parse it first: `parse_json({written}){rest}`" if type_ is _STRING else "read it as it is"
    binder.findings.report(
        node,
        code="KQL134",
        rule="not-dynamic",
        message=f"`{written}` is {a(type_)} and has no members, so the query fails",
        help=help_,
    )
