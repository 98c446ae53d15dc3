"""limit-before-filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import PipeExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

# What rows pass one by one.
_PASSING = (nodes.ExtendOperator, nodes.ProjectOperator, nodes.ProjectAwayOperator, nodes.ProjectRenameOperator)


@rule(
    code="KQL230",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def limit_before_filter(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter behind `take`, which looks at a few rows that nobody chose.

    `take` passes any rows on, and other ones next time. A filter behind it finds what happens to be among them.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | take 1000
    | where ResultType != "0"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where ResultType != "0"
    | take 1000
    ```

    Nothing is found where the rows are in order (`sort`, `top`): there it is known which they are.
    """
    if not isinstance(pipe.operator, nodes.WhereOperator):
        return
    take: nodes.TakeOperator | None = None
    for operator in predicates.operators_before(pipe):
        if take is not None and isinstance(operator, (nodes.SortOperator, nodes.TopOperator, nodes.SerializeOperator)):
            return
        if isinstance(operator, nodes.TakeOperator):
            take = take or operator
        elif take is None and not isinstance(operator, _PASSING):
            return
    if take is None:
        return
    yield context.finding(
        pipe.operator.span,
        f"`{take.keyword}` passes on any rows, and this filter looks at no others",
        help=f"filter first, and write `{take.keyword}` behind it",
        related=[context.note(take.span, "any rows, and other ones next time")],
    )
