"""condition-not-bool."""

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
    code="KQL106",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def condition_not_bool(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find what stands in a condition's place and is neither true nor false.

    The query fails as a whole. KQL has no truth of numbers or of text: a condition is a comparison, or a column of
    type bool.

    ```kql bad
    SecurityEvent
    | where TimeGenerated > ago(1d) and CommandLine
    ```

    Write instead:

    ```kql good
    SecurityEvent
    | where TimeGenerated > ago(1d) and isnotempty(CommandLine)
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
