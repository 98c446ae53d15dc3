"""schema-violation."""

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL601", group=Group.PACK, severity=Severity.ERROR, fixes=Applicability.SAFE)
def schema_violation() -> None:
    """Find keys and values that the pack format does not have.

    What is misspelt would otherwise be ignored in silence: a query without its time span, a test that expects nothing.
    The message says what may stand there, and what was probably meant.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        titel: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
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
    ```
    """
