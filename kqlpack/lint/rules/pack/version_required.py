"""version-required."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL665", group=Group.PACK, severity=Severity.ERROR)
def version_required() -> None:
    """Find a pack that requires another version of kqlpack.

    It may use what this version does not know, or knows otherwise.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    requires:
      kqlpack: ">=99.0"
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Install a version that fits, or write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    requires:
      kqlpack: ">=0.1"
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
