"""duplicate-id."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL606", group=Group.PACK, severity=Severity.ERROR)
def duplicate_id() -> None:
    """Find two queries of a pack with one id, or two functions (or queries that become functions) with one name.

    The id is how a query is run, published and suppressed; of two, only the first can be reached. A workspace knows a
    function's name, or alias, once; of two, the last one that is published stays.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
      - id: failed
        title: Failed sign-ins of guests
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0" and UserType == "Guest"
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
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
      - id: failed-guests
        title: Failed sign-ins of guests
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0" and UserType == "Guest"
    ```
    """
