"""recursive-macro."""

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, reported


@reported(code="KQL527", group=Group.TEMPLATE, severity=Severity.ERROR)
def recursive_macro() -> None:
    """Find a macro that calls itself, and never comes to an end.

    A macro may call itself as long as an `{% if %}` ends it, at most 40 deep. Without that, no values give a query.
    Whatever is to be done for each item of a list, a loop does.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      words: {type: "list[string]", default: [error, failure]}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          {% macro mentioned(words) %}
          | where ResultDescription has {{ words[0] }}
          {{ mentioned(words) }}
          {% endmacro %}
          SigninLogs
          | where TimeGenerated > ago(1d)
          {{ mentioned(words) }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      words: {type: "list[string]", default: [error, failure]}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          {% macro mentioned(words) %}
          {% for word in words %}
          | where ResultDescription has {{ word }}
          {% endfor %}
          {% endmacro %}
          SigninLogs
          | where TimeGenerated > ago(1d)
          {{ mentioned(words) }}
    ```
    """
