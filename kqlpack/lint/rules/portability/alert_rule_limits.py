"""alert-rule-limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.diagnostics import Severity
from kqlpack.lint import limits
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


# Sources: the Azure Monitor documentation's pages on log search alert rules and on the limits of alerts.
_SHORTEST, _LONGEST, _FARTHEST = 60, 86_400, 2 * 86_400
_LEAST_SEVERE, _MOST_DIMENSIONS = 4, 6
_MOST_LETTERS = 4_096


@rule(
    code="KQL706",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(Query,),
)
def alert_rule_limits(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find settings that a log search alert of Azure Monitor can't have.

    It runs every minute to every day, and looks back two days at most. Its severity is from 0 to 4, and six dimensions
    may split it.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where ResultType != "0"
          | project TimeGenerated, UserPrincipalName
        publish:
          alert: {frequency: PT30S, window: PT1H, operator: GreaterThan, threshold: 0}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where ResultType != "0"
          | project TimeGenerated, UserPrincipalName
        publish:
          alert: {frequency: PT5M, window: PT1H, operator: GreaterThan, threshold: 0}
    ```
    """
    alert = query.publish.alert if query.publish else None
    if alert is None or query.publish is None or query.publish.node is None:
        return
    from kqlpack.pack.document import MappingNode

    settings = query.publish.node.get("alert")
    if not isinstance(settings, MappingNode):
        return
    for key, message, help_ in _found(alert):
        yield limits.told(context, settings, key, message, help_)
    if query.node is not None and len(query.description) > _MOST_LETTERS:
        message = "the description has more than 4,096 characters, so that the alert is refused"
        yield limits.told(context, query.node, "description", message, "shorten it")


def _found(alert: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield keys, what is said of them, and what to do."""
    frequency, window = (limits.seconds(alert.get(key)) for key in ("frequency", "window"))
    if frequency is not None and not _SHORTEST <= frequency <= _LONGEST:
        message = "`frequency` is not from `PT1M` to `P1D`, so that the alert is refused"
        yield "frequency", message, "write such a time"
    if window is not None and window > _FARTHEST:
        yield "window", "`window` is above two days, so that the alert is refused", "write `P2D` or less"
    severity, dimensions = alert.get("severity"), alert.get("dimensions") or ()
    if isinstance(severity, int) and severity > _LEAST_SEVERE:
        yield "severity", "`severity` is not from 0 to 4, so that the alert is refused", "write such a number"
    if len(dimensions) > _MOST_DIMENSIONS:
        message = "six dimensions at most split an alert, and it is refused with more"
        yield "dimensions", message, "leave some out"
