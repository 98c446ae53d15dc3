"""unknown-table."""

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
    code="KQL101",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.UNSAFE,
    reports=True,
)
def unknown_table(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a table that neither the workspace's catalogue nor the pack knows.

    The query fails as a whole. Table names are case-sensitive, which is the usual reason. Tables that only your
    workspace has are declared under `tables:` in the pack; names that end in `_CL`, and tables of `union isfuzzy=true`,
    are taken on trust.

    ```kql bad
    SignInLogs
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    The fix writes the name that is closest. It is unsafe, because the closest name need not be the one that was meant.
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
