"""dependency-cycle."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL662", group=Group.PACK, severity=Severity.ERROR)
def dependency_cycle() -> None:
    """Find packs that require each other.

    None of them can be published, versioned or tested without the other: they are one pack in two folders.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    requires:
      packs: {sign-ins: "^1.0"}
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Put what they share into a pack of its own, or write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
