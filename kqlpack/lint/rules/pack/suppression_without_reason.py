"""suppression-without-reason."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL607", group=Group.PACK, severity=Severity.WARNING)
def suppression_without_reason() -> None:
    """Find a suppression that does not say why.

    A reason tells the next reader whether it still holds; without one, a suppression stays forever.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId // kqlpack: ignore[join-without-kind]
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    // kqlpack: ignore[join-without-kind] one sign-in per correlation id is enough here
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```
    """
