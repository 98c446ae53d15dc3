"""unneeded-sort."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    DistinctOperator,
    ExtendOperator,
    PipeExpression,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectOperator,
    ProjectRenameOperator,
    SortOperator,
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


@rule(
    code="KQL322",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def unneeded_sort(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `sort` before `distinct` or `top`, which give the rows an order of their own.

    Sorting brings all rows to one place. `top` sorts them anew, and `distinct` yields them in any order: the result is
    the same without it. Of a `sort` before `summarize`, `count` and another `sort`, `sort-discarded` tells.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by TimeGenerated desc
    | distinct UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | distinct UserPrincipalName
    | sort by UserPrincipalName asc
    ```

    The fix is unsafe before a `top`: rows that are equal to it may be told apart by the first order.
    """
    sort = pipe.operator
    if not isinstance(sort, SortOperator):
        return
    step = surroundings.after(pipe, context)
    while step is not None and isinstance(step.operator, _PASSES) and surroundings.is_row_by_row(step.operator):
        step = surroundings.after(step, context)
    if step is None or not _loses_order(step.operator):
        return
    edit = surroundings.without_step(pipe, context)
    # Rows that are equal to the second order may yet come in the first one.
    how = Applicability.UNSAFE if isinstance(step.operator, TopOperator) else Applicability.SAFE
    name = getattr(type(step.operator), "construct", "")
    yield context.finding(
        Span(sort.start, sort.start + len(sort.keyword)),
        f"`{name}` loses the order that `{sort.keyword}` puts the rows in",
        help=f"leave out `{sort.keyword}`, or write it behind `{name}`",
        related=[context.note(Span(step.operator.start, step.operator.start + len(name)), "the order ends here")],
        fix=replacing(f"Leave out `{sort.keyword}`", edit, applicability=how) if edit else None,
    )


def _loses_order(operator: Node) -> bool:
    return isinstance(operator, DistinctOperator | TopOperator) and surroundings.is_row_by_row(operator)
