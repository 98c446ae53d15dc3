"""stale-review."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL641", group=Group.PACK, severity=Severity.INFO)
def stale_review() -> None:
    """Find a pack or a query whose day of review has passed.

    Tables, codes and habits of attackers change, and a query that no longer finds anything looks like one that
    has nothing to find. `review_by` is the day by which somebody wanted to look again.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    review_by: 2001-01-01
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    review_by: 2999-01-01
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
