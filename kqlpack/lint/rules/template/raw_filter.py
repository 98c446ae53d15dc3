"""raw-filter."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL506", group=Group.TEMPLATE, severity=Severity.ERROR)
def raw_filter() -> None:
    """Find `| raw`, which pastes a value as it is.

    With it, whoever gives the value can write any query. If there is no other way, say why: `allow_raw:` on the
    query.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      condition: {type: string, default: "true"}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | where {{ condition | raw }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      condition: {type: string, default: "0"}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | where ResultType == {{ condition }}
    ```
    """
