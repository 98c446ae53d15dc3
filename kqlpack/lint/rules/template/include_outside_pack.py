"""include-outside-pack."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL528", group=Group.TEMPLATE, severity=Severity.ERROR)
def include_outside_pack() -> None:
    """Find a file that a template takes in, and that the pack does not have.

    Templates read the files in the pack's folder `macros/` and no others: a query's pack alone decides what it says,
    and other people's packs can't read the machine that they are rendered on. Paths are relative to `macros/`.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% include "/srv/shared/failed.kql" %}
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
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | where ResultType != "0"
    ```
    """
