"""column-not-aggregated."""

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
    code="KQL131",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def column_not_aggregated(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column in the list of summarize that no aggregate function is applied to.

    A group has many rows, each with its own value. The query fails until something says which to take.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count(), Identity by UserId
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count(), take_any(Identity) by UserId
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
