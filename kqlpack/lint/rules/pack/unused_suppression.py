"""unused-suppression."""

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL608", group=Group.PACK, severity=Severity.WARNING, fixes=Applicability.SAFE)
def unused_suppression() -> None:
    """Find a suppression of something that is not found there, or of a rule that does not exist.

    It does nothing now, and may hide a finding later.

    ```kql bad
    SigninLogs // kqlpack: ignore[join-without-kind] one per correlation id is enough
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    The fix removes the comment, or the names in it that are not needed.
    """
