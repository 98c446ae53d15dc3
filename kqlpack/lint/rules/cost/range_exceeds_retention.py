"""range-exceeds-retention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock
from kqlpack.values import TICKS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL392",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def range_exceeds_retention(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query that looks further back than its table retains.

    Rows older than the retention are gone, or out of a query's reach: the answer is a part of what was asked for, and
    nothing says so. How long a table retains is said by a pack under `tables:`, or by a workspace's profile
    (`lint --profile FILE`).

    ```yaml bad
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {retention: 30d, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        query: |
          Requests_CL
          | where TimeGenerated > ago(90d)
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {retention: 30d, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        query: |
          Requests_CL
          | where TimeGenerated > ago(30d)
    ```

    Or have the table retain more; what is kept for longer than that is read by a search job.
    """
    profile = context.bound.catalog.profile
    if profile is None:
        return
    for read in time_bounds(context.bound).reads:
        table, lookback = profile.tables.get(read.table), read.lookback()
        if table is None or table.retention_days is None or lookback is None:
            continue
        days = lookback.ticks / TICKS_PER_DAY
        if days > table.retention_days:
            kept = table.total_retention_days
            archived = f"; a search job reaches {kept} days back" if kept and kept > table.retention_days else ""
            yield context.finding(
                read.node.span,
                f"the query looks {days:g} days back, and `{table.name}` retains {table.retention_days}, so that the"
                " answer is a part of what was asked for",
                help=f"look back {table.retention_days} days or less{archived}",
            )
