"""unknown-function."""

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
    code="KQL103",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.UNSAFE,
    reports=True,
)
def unknown_function(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a function that neither KQL, nor Azure Monitor, nor the query or the pack knows.

    The query fails as a whole. Functions of the Advanced Security Information Model and others that workspaces add by
    themselves are known by the form of their names; your own are declared under `functions:` in the pack.

    ```kql bad
    SigninLogs
    | where TimeGenerated > agoo(1d)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    The fix writes the name that is closest. It is unsafe, because the closest name need not be the one that was meant.
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
