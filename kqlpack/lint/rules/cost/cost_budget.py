"""cost-budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.cost import cost_of
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import ExpressionStatement, PipeExpression, QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_MOST_REASONS = 3


@rule(
    code="KQL332",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(QueryBlock,),
    opt_in=True,
)
def cost_budget(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query whose relative cost is above the budget that its pack sets by `max_cost:`.

    The cost is a number without a unit, to compare queries with: a point for each day that is read of a table (90
    where nothing bounds it), and some for what moves rows (`join`: 15), makes many of one (`mv-expand`: 5) or can't use
    the index (`matches regex`: 5, `contains`: 3). It knows nothing of how much a workspace holds.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    max_cost: 40
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(60d)
          | where ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    max_cost: 40
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(14d)
          | where ResultType != "0"
    ```

    A query's own `max_cost` comes before the pack's. The rule runs where it is asked for.
    """
    query, pack = context.query, context.pack
    if query is None:
        return
    budget = query.max_cost if query.max_cost is not None or pack is None else pack.max_cost
    if budget is None:
        return
    cost = cost_of(context.bound, timespan=query.timespan)
    if cost.points <= budget:
        return
    last = root.statements[-1] if root.statements else None
    span = root.span
    if isinstance(last, ExpressionStatement):
        inner = last.expression
        while isinstance(inner, PipeExpression):
            inner = inner.expression
        span = inner.span
    reasons = cost.reasons[:_MOST_REASONS]
    yield context.finding(
        span,
        f"this query costs {cost.points} points, more than the {budget} that it may; {reasons[0].text}"
        f" ({reasons[0].points})",
        help="read less time, filter before what moves rows, or raise `max_cost`",
        related=[context.note(one.span, f"{one.text} ({one.points})") for one in reasons[1:]],
    )
