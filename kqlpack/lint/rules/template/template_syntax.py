"""template-syntax."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL500", group=Group.TEMPLATE, severity=Severity.ERROR)
def template_syntax() -> None:
    """Find a template that can't be read.

    A tag that is not closed, a block without its end, a word that the template language does not have. The query
    can't be rendered at all.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ""}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if user %}
          | where UserPrincipalName =~ {{ user }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ""}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if user %}
          | where UserPrincipalName =~ {{ user }}
          {% endif %}
    ```
    """
