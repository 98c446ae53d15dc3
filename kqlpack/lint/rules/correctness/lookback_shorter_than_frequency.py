"""lookback-shorter-than-frequency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint import schedules
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.values import Timespan


@rule(code="KQL239", group=Group.CORRECTNESS, severity=Severity.ERROR, on=(QueryBlock,))
def lookback_shorter_than_frequency(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a rule that looks back less far than it is long until its next run.

    What happens between the end of one look and the beginning of the next is never looked at.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1h) and ResultType != "0"
        publish:
          sentinel_rule: {kind: scheduled, frequency: P1D, period: P1D}
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
        query: SigninLogs | where TimeGenerated > ago(1h) and ResultType != "0"
        publish:
          sentinel_rule: {kind: scheduled, frequency: PT1H, period: PT1H}
    ```

    Of a query that reads several tables, the one that reaches furthest back counts.
    """
    if context.query is None:
        return
    for one in schedules.schedules(context.query):
        if one.frequency is None:
            continue
        often = schedules.shown(one.frequency)
        if one.period is not None and one.period < one.frequency and one.period_node is not None:
            found = context.finding(
                root.span,
                f"each run looks {schedules.shown(one.period)} back and the next comes after {often}, so that what "
                "happens in between is never seen",
                help=f"make `{one.period_key}` at least as long as the frequency",
            )
            yield replace(found, primary=Annotation(one.period_node.file, one.period_node.span))
            continue
        if schedules.has_open_time(context.query):
            continue
        reads = time_bounds(context.bound).reads
        lookbacks = [lookback for read in reads if (lookback := read.lookback()) is not None]
        if not reads or len(lookbacks) != len(reads):
            continue
        farthest: Timespan = max(lookbacks)
        if farthest < one.frequency:
            yield context.finding(
                reads[0].node.span,
                f"the query looks {schedules.shown(farthest)} back and runs every {often}, so that what happens in "
                "between is never seen",
                help=f"write `ago({often})`, or run it more often",
            )
