"""empty-list."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL508", group=Group.TEMPLATE, severity=Severity.ERROR)
def empty_list() -> None:
    """Find a list parameter that may be empty where KQL wants values.

    `in ()` is an error in KQL. Put the line into an `{% if %}`, or demand a value with `min_items: 1`.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", default: []}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | where UserPrincipalName in~ ({{ users }})
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", default: []}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if users %}
          | where UserPrincipalName in~ ({{ users }})
          {% endif %}
    ```
    """
