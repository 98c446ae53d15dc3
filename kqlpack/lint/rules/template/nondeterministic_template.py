"""nondeterministic-template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import templates
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL529", group=Group.TEMPLATE, severity=Severity.ERROR, on=(Query,))
def nondeterministic_template(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a template that asks for the time, or for chance.

    A query is rendered when it is checked, when it is published and when it is run. The same values must give the same
    text each time, or nobody knows what was checked, and what is published changes although nothing has. The query
    itself may ask: KQL has `now()`, `ago()`, `rand()` and `new_guid()`.

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
          | where TimeGenerated between ({{ now() }} .. 1d)
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
          | where TimeGenerated between (ago(1d) .. now())
    ```
    """
    if not query.is_template:
        return
    from kqlpack.template import nondeterministic, references

    # Rendering stops at the first one, with the same words; here are those that no variant reaches, too.
    for one in references(query):
        if one.name in query.parameters or query.has_faulty(one.name):
            continue
        if templates.is_clock(one.name, query) and not templates.is_asked(one.name, query):
            fault = nondeterministic(one.name, None)
            yield context.finding(one.span, fault.message, help=fault.help)
