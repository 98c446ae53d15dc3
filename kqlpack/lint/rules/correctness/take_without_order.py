"""take-without-order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import PipeExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_ORDERING: Final = (nodes.SortOperator, nodes.TopOperator, nodes.SerializeOperator, nodes.TopHittersOperator)
# Rows pass these in the order in which they come.
_PASSING: Final = (
    nodes.ExtendOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectKeepOperator,
    nodes.ProjectOperator,
    nodes.ProjectRenameOperator,
    nodes.ProjectReorderOperator,
    nodes.WhereOperator,
)


@rule(
    code="KQL243",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(PipeExpression,),
    opt_in=True,
)
def take_without_order(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `take` of rows that are in no order, which returns others each time.

    What an investigation quotes should be there again when somebody else runs the query.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType != "0"
    | take 100
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType != "0"
    | top 100 by TimeGenerated desc
    ```

    It runs on request only: to look at what a table holds, `take` is the right thing.
    """
    operator = pipe.operator
    if not isinstance(operator, nodes.TakeOperator):
        return
    for before in predicates.operators_before(pipe):
        if isinstance(before, _ORDERING):
            return
        if not isinstance(before, _PASSING):
            break
    number = context.text(operator.count)
    yield context.finding(
        operator.span,
        f"`{operator.keyword}` passes on any rows, and other ones next time",
        help=f"write `top {number} by ...` with what makes a row worth seeing",
    )
