"""ingestion-delay-gap."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint import schedules
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, QueryBlock, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(code="KQL241", group=Group.CORRECTNESS, severity=Severity.INFO, on=(QueryBlock,), opt_in=True)
def ingestion_delay_gap(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a rule that looks back exactly to its last run, and so misses logs that arrive late.

    Logs take minutes from the event to the workspace. An event of the last minutes before a run is not there yet, and
    at the next run it is too old. Microsoft Sentinel's page "Handle ingestion delay in scheduled analytics rules"
    shows the way out: look back further, and choose by `ingestion_time()`.

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
          sentinel_rule: {kind: scheduled, frequency: PT1H, period: PT1H}
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
        query: |
          SigninLogs
          | where TimeGenerated > ago(2h) and ingestion_time() > ago(1h)
          | where ResultType != "0"
        publish:
          sentinel_rule: {kind: scheduled, frequency: PT1H, period: PT2H}
    ```
    """
    if context.query is None:
        return
    for one in schedules.schedules(context.query):
        if one.period is None or one.period != one.frequency or one.period_node is None:
            continue
        if any(isinstance(node, FunctionCall) and node.name.name == "ingestion_time" for node in walk(root)):
            return
        found = context.finding(
            root.span,
            f"each run looks back {schedules.shown(one.period)}, exactly to the one before, so that what arrives late "
            "is seen by neither",
            help="look back further, and keep what is new with `ingestion_time() > ago(...)`",
        )
        yield replace(found, primary=Annotation(one.period_node.file, one.period_node.span))
