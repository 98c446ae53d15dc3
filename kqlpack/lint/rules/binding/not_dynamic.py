"""not-dynamic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL134",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def not_dynamic(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find something that is read as JSON and is of another type.

    Members are read out of dynamic values only, and only these can be expanded. Many columns hold JSON as text:
    `AuthenticationDetails`, `Entities`, and what is dynamic in SigninLogs is text in AADNonInteractiveUserSignInLogs.
    The query fails until the text is parsed.

    ```kql bad
    AADNonInteractiveUserSignInLogs
    | where TimeGenerated > ago(1d)
    | extend City = LocationDetails.city
    ```

    Write instead:

    ```kql good
    AADNonInteractiveUserSignInLogs
    | where TimeGenerated > ago(1d)
    | extend City = parse_json(LocationDetails).city
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
