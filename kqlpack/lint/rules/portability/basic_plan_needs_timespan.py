"""basic-plan-needs-timespan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL791",
    group=Group.PORTABILITY,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def basic_plan_needs_timespan(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query of a table of the plan Basic or Auxiliary that is sent without a range of time.

    For such a table the range comes with the request, not from the query: without one, all that is retained is scanned
    and paid for. Which plan a table has is said by a pack under `tables:`, or by a workspace's profile
    (`lint --profile FILE`).

    ```yaml bad
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {plan: basic, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        query: |
          Requests_CL
          | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {plan: basic, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        timespan: P1D
        query: |
          Requests_CL
          | where TimeGenerated > ago(1d)
    ```

    Source: Azure Monitor, "Query data in a Basic and Auxiliary table".
    """
    profile, query, pack = context.bound.catalog.profile, context.query, context.pack
    if profile is None or query is None or pack is None or pack.is_foreign or query.timespan:
        return
    if any(function.body is query for function in pack.functions.values()):
        return  # whoever calls it sends the range
    for read in time_bounds(context.bound).reads:
        table = profile.tables.get(read.table)
        if table is not None and table.is_scanned:
            yield context.finding(
                read.node.span,
                f"`{table.name}` has the plan {table.plan}, for which the range of time has to come with the request, "
                "so that all that is retained is scanned and paid for",
                help="give the query a `timespan`, as `timespan: P1D`",
            )
            return
