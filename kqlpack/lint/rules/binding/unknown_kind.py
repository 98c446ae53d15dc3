"""unknown-kind."""

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
    code="KQL135",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.UNSAFE,
    reports=True,
)
def unknown_kind(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a kind of join, union or parse, or a chart of render, that there isn't.

    The query fails as a whole. Hints are not looked at: the service passes over those that it does not know.

    The fix writes the kind that is closest. It is unsafe, because the closest one need not be the one that was meant.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize count() by bin(TimeGenerated, 1h)
    | render timehcart
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize count() by bin(TimeGenerated, 1h)
    | render timechart
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
