"""invalid-yaml."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL600", group=Group.PACK, severity=Severity.ERROR)
def invalid_yaml() -> None:
    """Find a file that is not YAML.

    Nothing of the file can be read. Also found: a second document in one file, tags and aliases that a pack has no use
    for, keys that are not text.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    description: "What {is} missing here
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
    description: "What {is} missing here"
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
