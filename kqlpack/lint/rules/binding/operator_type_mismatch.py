"""operator-type-mismatch."""

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
    code="KQL105",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def operator_type_mismatch(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an operator between types that it is not defined for.

    The query fails as a whole. Text has no order in KQL, so `>=` refuses it, even beside other text; `has`, `contains`
    and `=~` need text; `+` does not join text. Comparisons for equality are left to `string-number-equality`.

    ```kql bad
    AppServiceHTTPLogs
    | where TimeGenerated > ago(1d) and UserAgent >= 400
    ```

    Write instead:

    ```kql good
    AppServiceHTTPLogs
    | where TimeGenerated > ago(1d) and ScStatus >= 400
    ```

    ```kql bad
    SecurityEvent
    | where TimeGenerated > ago(1d) and EventID has "462"
    ```

    Write instead:

    ```kql good
    SecurityEvent
    | where TimeGenerated > ago(1d) and tostring(EventID) has "462"
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
