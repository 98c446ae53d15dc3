"""duplicate-output-column."""

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
    code="KQL133",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def duplicate_output_column(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find two columns of one name in one list.

    The query fails as a whole. To build on a column that was just made, write a second `extend`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Name = Identity, Name = tolower(Identity)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Name = tolower(Identity)
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
