"""nrt-constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import limits
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


# Source: the Microsoft Sentinel documentation's page "Near-real-time analytics rules".
_NOT_ITS = ("frequency", "period", "trigger")


@rule(
    code="KQL707",
    group=Group.PORTABILITY,
    severity=Severity.WARNING,
    on=(Query,),
)
def nrt_constraints(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find settings that a near-real-time rule of Microsoft Sentinel does not have.

    It runs every minute on what has arrived since, and knows no frequency, period or trigger: whoever reads the pack
    would believe in them.

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
          sentinel_rule: {kind: nrt, frequency: PT1H}
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
          sentinel_rule: {kind: nrt}
    ```
    """
    rule_ = query.publish.sentinel_rule if query.publish else None
    if rule_ is None or rule_.get("kind") != "nrt" or query.publish is None or query.publish.node is None:
        return
    from kqlpack.pack.document import MappingNode

    settings = query.publish.node.get("sentinel_rule")
    if not isinstance(settings, MappingNode):
        return
    for key in _NOT_ITS:
        if key in settings.entries:
            yield limits.told(
                context,
                settings,
                key,
                f"a rule of the kind `nrt` has no `{key}`, so that nothing reads it",
                "leave it out",
            )
