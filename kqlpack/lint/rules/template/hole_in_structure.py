"""hole-in-structure."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL505", group=Group.TEMPLATE, severity=Severity.ERROR)
def hole_in_structure() -> None:
    """Find a value where KQL wants a word of its own: an operator, a pipe, a keyword.

    Values become literals, and names of the types `table`, `column` and `identifier` become names. Nothing else of
    a query can come from a parameter, because whoever gives the value could write another query with it. Use `{% if
    %}` to choose between pieces of a query.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      order: {type: string, default: desc, allowed: [asc, desc]}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | sort by TimeGenerated {{ order }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      newest_first: {type: bool, default: true}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | sort by TimeGenerated {% if newest_first %}desc{% else %}asc{% endif %}
    ```
    """
