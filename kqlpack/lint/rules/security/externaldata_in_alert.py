"""externaldata-in-alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import ExternalData

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL804",
    group=Group.SECURITY,
    severity=Severity.INFO,
    on=(ExternalData,),
)
def externaldata_in_alert(node: ExternalData, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a rule or an alert that depends on a file outside of the workspace.

    Where the file is gone, or somebody else changes it, the rule finds nothing or the wrong thing, and nobody is told.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: listed
        title: Listed addresses
        severity: high
        query: |
          let Listed = externaldata (IP: string) ["https://contoso.example/bad.csv"];
          SigninLogs
          | where IPAddress in (Listed)
          | project TimeGenerated, IPAddress
        publish:
          sentinel_rule: {kind: nrt}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: listed
        title: Listed addresses
        severity: high
        query: |
          let Listed = _GetWatchlist("bad") | project IP = tostring(SearchKey);
          SigninLogs
          | where IPAddress in (Listed)
          | project TimeGenerated, IPAddress
        publish:
          sentinel_rule: {kind: nrt}
    ```
    """
    publish = context.query.publish if context.query else None
    if publish is None or not (publish.alert is not None or publish.sentinel_rule is not None):
        return
    yield context.finding(
        Span(node.start, node.start + len(node.keyword)),
        f"`{node.keyword}` makes this rule depend on a file that others may change or take away, and nobody is told",
        help="keep the list in a watchlist, `_GetWatchlist(...)`, or in the pack",
    )
