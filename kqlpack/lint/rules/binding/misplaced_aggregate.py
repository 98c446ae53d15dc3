"""misplaced-aggregate."""

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
    code="KQL130",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def misplaced_aggregate(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an aggregate function where there are no groups.

    `count()`, `sum(x)` and their kind work on the rows of a group; they stand in `summarize`, `make-series` and `top-
    nested` only. In `where`, `extend` and `project` the query fails.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where count() > 10
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserId
    | where Attempts > 10
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
