"""sort-discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import FunctionCall, NamedExpression, PipeExpression, unparenthesized, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

# Aggregates that come out the same in whatever order the rows come. Those that make lists or pick a row are not here.
_ORDERLESS: Final = frozenset(
    {
        *(
            "count",
            "countif",
            "count_distinct",
            "count_distinctif",
            "dcount",
            "dcountif",
            "sum",
            "sumif",
            "avg",
            "avgif",
        ),
        *("min", "minif", "max", "maxif", "stdev", "stdevif", "variance", "varianceif", "hll"),
    }
)
# What rows pass one by one, without looking at each other.
_PASSING: Final = (
    nodes.WhereOperator,
    nodes.ExtendOperator,
    nodes.ProjectOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectKeepOperator,
    nodes.ProjectRenameOperator,
    nodes.ProjectReorderOperator,
)
# Functions that look at the rows beside theirs, or at the order.
_WINDOW: Final = frozenset(
    {
        *("prev", "next", "row_number", "row_cumsum", "row_window_session", "row_rank_dense", "row_rank_min"),
        "row_rank",
    }
)


@rule(
    code="KQL231",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def sort_discarded(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `sort` whose order the next operators throw away.

    `summarize` groups rows in whatever order they come, and yields its groups in any; a second `sort` begins anew. The
    first one costs time and memory, and who reads the query believes in an order that is not there.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by TimeGenerated desc
    | summarize Attempts = count() by UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserPrincipalName
    | sort by Attempts desc
    ```

    Nothing is found before aggregates that depend on the order in practice: `make_list()`, `take_any()`, `arg_max()`
    with equal values, and others that pick rows.
    """
    why = _discards(pipe.operator, context)
    if not why:
        return
    node: Node = pipe.expression
    while isinstance(node, PipeExpression):
        operator = node.operator
        if isinstance(operator, nodes.SortOperator):
            yield context.finding(
                operator.span,
                f"this order is lost: {why}",
                help=f"take it out, or write `{operator.keyword}` behind what it is for",
                related=[context.note(pipe.operator.span, "throws the order away")],
                fix=_without(node, context, is_safe=not isinstance(pipe.operator, nodes.SortOperator)),
            )
            return
        if not isinstance(operator, _PASSING) or _looks_around(operator):
            return
        node = node.expression


def _discards(operator: Node, context: KqlContext) -> str:
    """Return why an operator doesn't care for the order of its rows; empty where it may."""
    if isinstance(operator, nodes.CountOperator):
        return "`count` counts rows in any order"
    if isinstance(operator, nodes.SortOperator):
        return f"another `{operator.keyword}` follows"
    if isinstance(operator, nodes.SummarizeOperator) and operator.aggregates:
        for one in operator.aggregates:
            call = unparenthesized(one.expression if isinstance(one, NamedExpression) else one)
            if not operands.calls(call, context, _ORDERLESS):
                return ""
        return "`summarize` takes rows in any order"
    return ""


def _looks_around(operator: Node) -> bool:
    return any(isinstance(one, FunctionCall) and one.name.name in _WINDOW for one in walk(operator))


def _without(pipe: PipeExpression, context: KqlContext, *, is_safe: bool) -> Fix | None:
    """Return the fix that takes the pipe's operator out; None where a comment stands before it.

    Before another `sort` it is not safe: nobody promises that equal rows keep their order, and yet they may.
    """
    between = context.file.text[pipe.expression.end : pipe.operator.start]
    if "//" in between:
        return None
    applicability = Applicability.SAFE if is_safe else Applicability.UNSAFE
    place = Span(pipe.expression.end, pipe.operator.end)
    return replacing("Take the `sort` out", (place, ""), applicability=applicability)
