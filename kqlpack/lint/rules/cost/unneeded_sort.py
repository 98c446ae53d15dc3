"""unneeded-sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    CountOperator,
    DistinctOperator,
    ExtendOperator,
    PipeExpression,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectOperator,
    ProjectRenameOperator,
    SortOperator,
    SummarizeOperator,
    TopOperator,
    WhereOperator,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_PASSES = (
    ExtendOperator,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectOperator,
    ProjectRenameOperator,
    WhereOperator,
)
# Aggregates whose result is the same in whatever order the rows come.
_UNORDERED = frozenset(
    {"count", "countif", "dcount", "dcountif", "sum", "sumif", "min", "max", "minif", "maxif", "avg", "avgif"}
    | {"count_distinct", "count_distinctif", "percentile", "percentiles", "stdev", "stdevif", "variance", "varianceif"}
)


@rule(
    code="KQL322",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def unneeded_sort(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `sort` whose order the next operators lose.

    Sorting brings all rows to one place. What follows counts them, groups them or sorts them anew, and yields the same
    without it.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by TimeGenerated desc
    | summarize Failures = countif(ResultType != "0") by UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Failures = countif(ResultType != "0") by UserPrincipalName
    ```

    The order may matter to `make_list`, `arg_max`, `take_any`, `prev` and the like; there nothing is found. The
    fix is unsafe before another `sort` or a `top`: rows that are equal to it may be told apart by the first order.
    """
    sort = pipe.operator
    if not isinstance(sort, SortOperator):
        return
    step = surroundings.after(pipe, context)
    while step is not None and isinstance(step.operator, _PASSES) and surroundings.is_row_by_row(step.operator):
        step = surroundings.after(step, context)
    if step is None or not _loses_order(step.operator, context):
        return
    edit = surroundings.without_step(pipe, context)
    # Rows that are equal to the second order may yet come in the first one.
    how = Applicability.UNSAFE if isinstance(step.operator, SortOperator | TopOperator) else Applicability.SAFE
    name = getattr(type(step.operator), "construct", "")
    yield context.finding(
        Span(sort.start, sort.start + len(sort.keyword)),
        f"`{name}` loses the order that `{sort.keyword}` puts the rows in",
        help=f"leave out `{sort.keyword}`, or write it behind `{name}`",
        related=[context.note(Span(step.operator.start, step.operator.start + len(name)), "the order ends here")],
        fix=replacing(f"Leave out `{sort.keyword}`", edit, applicability=how) if edit else None,
    )


def _loses_order(operator: Node, context: KqlContext) -> bool:
    match operator:
        case CountOperator() | DistinctOperator() | SortOperator() | TopOperator():
            return surroundings.is_row_by_row(operator)
        case SummarizeOperator():
            called = {name for one in operator.aggregates for name in surroundings.calls_in(one)}
            aggregates = {name for name in called if context.bound.catalog.aggregate(name) is not None}
            return aggregates <= _UNORDERED and surroundings.is_row_by_row(operator)
        case _:
            return False
