"""unknown-column."""

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
    code="KQL102",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.UNSAFE,
    reports=True,
)
def unknown_column(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column that the rows don't have at this point of the query.

    The query fails as a whole. Either the name is misspelt (upper and lower case count), or it belongs to another
    table, or an operator further up (`project`, `summarize`, `distinct`, ...) did not pass it on; the message tells.

    Nothing is said where the columns can't be known: after `evaluate`, in tables with columns of their own making, in
    what comes out of `externaldata` and the like.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserPrincipalName
    | where isnotempty(IPAddress)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserPrincipalName, IPAddress
    | where isnotempty(IPAddress)
    ```

    The fix, where a name is close, is unsafe: the closest name need not be the one that was meant.
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
