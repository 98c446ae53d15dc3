"""sort-then-take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import PipeExpression, SortOperator, TakeOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL321",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def sort_then_take(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `sort` of all rows of which only the first few are taken.

    `top` keeps the best rows while it reads, and never sorts the others.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by TimeGenerated desc
    | take 10
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | top 10 by TimeGenerated desc
    ```

    `top` sorts by one expression, so a `sort` by several is left alone.
    """
    take, sort = pipe.operator, surroundings.before(pipe)
    if not isinstance(take, TakeOperator) or not isinstance(sort, SortOperator):
        return
    if len(sort.expressions) != 1 or sort.parameters or take.parameters:
        return
    inner = pipe.expression
    count, by = context.text(take.count), context.text(sort.expressions[0])
    is_free = not surroundings.is_commented(surroundings.between(pipe), context)
    edits = ((sort.span, f"top {count} by {by}"), (Span(inner.end, pipe.end), ""))
    yield context.finding(
        Span(sort.start, take.end),
        f"`{sort.keyword}` puts all rows in order, and `{take.keyword}` leaves most of them out",
        help=f"write `top {count} by {by}`" if len(count + by) < 80 and "`" not in count + by else "write `top`",
        fix=replacing("Write `top`", *edits) if is_free else None,
    )
