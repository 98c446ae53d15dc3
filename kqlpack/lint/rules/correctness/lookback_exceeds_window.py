"""lookback-exceeds-window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import schedules
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.pack import Query
    from kqlpack.values import Timespan


@rule(code="KQL238", group=Group.CORRECTNESS, severity=Severity.ERROR, on=(QueryBlock,))
def lookback_exceeds_window(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query that looks further back than the time that is put around it.

    A query's `timespan`, a rule's `period` and an alert's `window` cut off everything older before the query sees it.
    `ago(14d)` then means one day, and a baseline of two weeks is one of a day; no error says so.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        timespan: P1D
        query: SigninLogs | where TimeGenerated > ago(14d) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        timespan: P14D
        query: SigninLogs | where TimeGenerated > ago(14d) and ResultType != "0"
    ```

    The time is followed through `let`, functions, both sides of a `join` and every table of a `union`.
    """
    if context.query is None or schedules.has_open_time(context.query):
        return
    windows = list(_windows(context.query))
    if not windows:
        return
    name, window = min(windows, key=lambda one: one[1])
    for read in time_bounds(context.bound).reads:
        lookback = read.lookback()
        if lookback is not None and lookback > window:
            yield context.finding(
                read.node.span,
                f"`{read.table}` is read {schedules.shown(lookback)} back, and `{name}` cuts off all that is older "
                f"than {schedules.shown(window)}",
                help=f"make `{name}` as long, or look back no further than {schedules.shown(window)}",
            )


def _windows(query: Query) -> Iterator[tuple[str, Timespan]]:
    """Yield the times that are put around a query, each with the key that it is written under."""
    if query.is_template and (own := schedules.period(query)) is not None:
        yield "timespan", own
    for one in schedules.schedules(query):
        if one.period is not None:
            yield one.period_key, one.period
