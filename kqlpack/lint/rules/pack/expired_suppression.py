"""expired-suppression."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL609", group=Group.PACK, severity=Severity.WARNING)
def expired_suppression() -> None:
    """Find a suppression whose day has passed.

    `until=` was written so that somebody would look again; from the day after it, the finding is reported as before.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    // kqlpack: ignore[join-without-kind] until=2001-01-01 until the join is rewritten
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```
    """
