"""key-is-dynamic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL109",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.UNSAFE,
    reports=True,
)
def key_is_dynamic(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a key to group, to sort or to tell rows apart by that is dynamic.

    Values of type dynamic have neither order nor equality, so `summarize ... by`, `sort` and `distinct` refuse them.
    What is read out of a dynamic column (`LocationDetails.city`) is dynamic as well.

    The fix converts the key to a string. It is unsafe, because the result's column is of another type then.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize count() by City = LocationDetails.city
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize count() by City = tostring(LocationDetails.city)
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
