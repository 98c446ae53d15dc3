"""`summarize aggregates by keys`: the keys, then the aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, is_unknown_call, place
from kqlpack.semantics.relation import OutputColumns
from kqlpack.semantics.type_checks.contexts import check_aggregated, check_duplicates, check_key
from kqlpack.syntax.nodes import FunctionCall, NamedExpression, Star

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node, SummarizeOperator


def bind(node: SummarizeOperator, given: Relation, binder: Binder) -> Relation:
    """Bind keys and aggregates; `arg_max(x, *)` of an open input yields more than is known."""
    columns = OutputColumns()
    keys = list(node.by or ())
    for expression in keys:
        place(columns, bind_outputs(binder, expression, given))
        check_key(binder, expression, "summarize")
    if node.bin is not None:
        binder.scalar(node.bin, given)
    key_names = frozenset(column.name for column in columns)
    for expression in node.aggregates:
        place(columns, bind_outputs(binder, expression, given, key_names))
        check_aggregated(binder, expression, key_names)
    check_duplicates(binder, (*keys, *node.aggregates), "summarize")
    expressions = (*keys, *node.aggregates)
    is_open = given.is_open and any(map(_has_star, expressions))
    is_open = is_open or any(is_unknown_call(binder, expression) for expression in expressions)
    return given.made(node, columns, is_open=is_open)


def _has_star(expression: Node) -> bool:
    inner = expression.expression if isinstance(expression, NamedExpression) else expression
    if isinstance(inner, FunctionCall):
        return any(isinstance(argument, Star) for argument in inner.arguments)
    return isinstance(inner, Star)
