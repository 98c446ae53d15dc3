"""duplicate-id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL606",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    reports=True,
)
def duplicate_id(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find two queries of a pack with one id, or two functions with one name.

    The id is how a query is run, published and suppressed; of two, only the first can be reached.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
      - id: failed
        title: Failed sign-ins of guests
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0" and UserType == "Guest"
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
      - id: failed-guests
        title: Failed sign-ins of guests
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0" and UserType == "Guest"
    ```
    """
    yield from (found for found in pack.diagnostics if found.rule == context.rule.slug)
