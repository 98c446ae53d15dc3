"""default-type-mismatch."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL604", group=Group.PACK, severity=Severity.ERROR)
def default_type_mismatch() -> None:
    """Find a value that its parameter's declaration does not allow.

    Defaults, `allowed`, `examples`, limits and the values that tests give are all read by the parameter's type and held
    against its limits, so that no caller meets a value that can't be used.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: yesterday, max: 30d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d, max: 30d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```
    """
