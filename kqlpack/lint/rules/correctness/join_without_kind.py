"""join-without-kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import predicates, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import JoinOperator, NameReference, PathExpression, PipeExpression, unparenthesized, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

# None of these makes several rows of one, or changes a column that stays.
_PASSING: Final = (
    nodes.WhereOperator,
    nodes.SortOperator,
    nodes.TopOperator,
    nodes.TakeOperator,
    nodes.ProjectReorderOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectKeepOperator,
)


@rule(
    code="KQL201",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(JoinOperator,),
    fixes=Applicability.SAFE,
)
def join_without_kind(node: JoinOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `join` that does not say which kind it is.

    KQL's own choice is `innerunique`: of the rows on the left that share a key, it keeps any one and drops the others.
    Whoever knows `JOIN` from SQL expects `inner`, and loses evidence without noticing.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    Write the kind that is meant:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    The fix writes `kind=innerunique`, which changes nothing and makes the choice visible.

    Nothing is found where the left side has one row per key anyway, because `summarize ... by` or `distinct` made it
    so: there both kinds are the same.
    """
    if any(parameter.name.name.lower() == "kind" for parameter in node.parameters):
        return
    pipe = surroundings.parent(node, context)
    if isinstance(pipe, PipeExpression) and _has_one_row_per_key(pipe, _left_keys(node), context):
        return
    keyword = Span(node.start, node.start + len("join"))
    after = context.file.text[keyword.end : keyword.end + 1]
    yield context.finding(
        keyword,
        "`join` without `kind` is `innerunique`: of the left rows that share a key, it keeps one and drops the rest",
        help="write `join kind=inner` for every pair of rows, or `join kind=innerunique` if one per key is meant",
        fix=replacing(
            "Write `kind=innerunique`, which is what it does now",
            (Span(keyword.end, keyword.end), " kind=innerunique" + ("" if after.isspace() else " ")),
        ),
    )


def _left_keys(join: JoinOperator) -> frozenset[str]:
    """Return the left side's columns that a join compares."""
    keys = {one.name for one in join.conditions if isinstance(one, NameReference)}
    for condition in join.conditions:
        for node in walk(condition):
            if isinstance(node, PathExpression) and isinstance(node.selector, NameReference):
                side = node.expression
                if isinstance(side, NameReference) and side.name == "$left":
                    keys.add(node.selector.name)
    return frozenset(keys)


def _has_one_row_per_key(pipe: PipeExpression, keys: frozenset[str], context: KqlContext) -> bool:
    """Tell whether no two rows of what a pipe's last operator reads share the values of these columns."""
    for operator in _operators_before(pipe, context):
        if isinstance(operator, nodes.SummarizeOperator):
            return all(_name(one) in keys for one in operator.by or ())
        if isinstance(operator, nodes.DistinctOperator):
            return all(_name(one) in keys for one in operator.expressions)
        if isinstance(operator, nodes.ProjectOperator):
            # A key that is made here says nothing of the rows before.
            if not keys <= {one.name for one in operator.expressions if isinstance(one, NameReference)}:
                return False
        elif isinstance(operator, nodes.ExtendOperator):
            if any(_name(one) is None or _name(one) in keys for one in operator.expressions):
                return False
        elif not isinstance(operator, _PASSING):
            return False
    return False


def _operators_before(pipe: PipeExpression, context: KqlContext) -> Iterator[Node]:
    """Yield the operators before a pipe's last one, the nearest first, also those of the `let` that it begins with."""
    yield from predicates.operators_before(pipe)
    start = predicates.head(pipe)
    while isinstance(start, NameReference):
        symbol = context.bound.symbol_of(start)
        if symbol is None or symbol.declaration is None:
            return
        let = surroundings.parent(symbol.declaration, context)
        if not isinstance(let, nodes.LetStatement):
            return
        body = unparenthesized(let.expression)
        if isinstance(body, PipeExpression):
            yield body.operator
            yield from predicates.operators_before(body)
        start = predicates.head(body)


def _name(column: Node) -> str | None:
    """Return what a column is called that an operator makes or keeps, where that is written."""
    if isinstance(column, nodes.NamedExpression):
        return column.name.name
    return column.name if isinstance(column, NameReference) else None
