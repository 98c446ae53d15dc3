"""logic-better-in-kql."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL523", group=Group.TEMPLATE, severity=Severity.INFO, on=(Query,))
def logic_better_in_kql(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a loop that writes a chain of comparisons, one for each item of a list.

    KQL compares with a list at once: `in`, `in~`, `has_any`, `!in`. That is shorter to read, and a list
    of hundreds of items does not become a query of hundreds of conditions.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", min_items: 1, default: [aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa]}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | where {% for user in users %}UserId == {{ user }}{% if not loop.last %} or {% endif %}{% endfor %}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", min_items: 1, default: [aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa]}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | where UserId in ({{ users }})
    ```
    """
    if not query.is_template or "{%" not in query.text:
        return
    from kqlpack.template import chains

    for chain in chains(query):
        parameter = query.parameters.get(chain.items)
        if parameter is None or not parameter.type.is_list:
            continue
        yield context.finding(
            chain.span,
            f"the loop writes a chain of `{chain.word}`, with a comparison for each item of `{chain.items}`",
            help=f"write `{chain.left} {chain.instead} ({{{{ {chain.items} }}}})` in place of the loop",
        )
