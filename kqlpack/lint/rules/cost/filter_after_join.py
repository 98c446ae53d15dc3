"""filter-after-join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import filters
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import JoinOperator, LookupOperator, PipeExpression, WhereOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL312",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def filter_after_join(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter behind a join that is about the left side alone.

    A join costs by the rows that go into it. Where a filter names columns of the left side only, it may stand before
    the join, and what it drops is never looked up.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    | where AppDisplayName == "Azure Portal"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName == "Azure Portal"
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    The fix moves the filter up. Found are joins of the kinds `inner`, `leftouter`, `leftsemi` and `leftanti`, and
    `lookup`: with `innerunique` the filter has a say in which row of the left is kept, and the result may differ.
    """
    if not isinstance(pipe.operator, WhereOperator):
        return
    found = filters.lift(pipe, context)
    first = next((i for i, one in enumerate(found.operators) if isinstance(one, JoinOperator | LookupOperator)), None)
    if first is None:
        return
    found = filters.Lift(pipe, found.passed[first:])
    name = type(found.operators[0]).construct
    yield context.finding(
        pipe.operator.span,
        f"this filter names columns of the left side only, and stands behind `{name}`, which has more rows to match",
        help=f"write it before `{name}`",
        fix=filters.moved(found, "Move the filter up", context),
    )
