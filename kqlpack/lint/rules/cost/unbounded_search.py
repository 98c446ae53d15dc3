"""unbounded-search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import FindOperator, SearchOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL313",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(SearchOperator, FindOperator),
)
def unbounded_search(node: SearchOperator | FindOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `search` or `find` that does not say in which tables.

    It reads all columns of all tables that the workspace has, today's and those of next year: it is slow, it is
    throttled, and rules and alerts refuse it.

    ```kql bad
    search "ada@contoso.example"
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    search in (SigninLogs, AuditLogs) "ada@contoso.example"
    | where TimeGenerated > ago(1d)
    ```

    A `search` behind a pipe looks through what comes out of the pipe, and is left alone.
    """
    before = context.bound.schema_before(node)
    if node.tables or before.columns or before.is_open:
        return
    name = type(node).construct
    yield context.finding(
        Span(node.start, node.start + len(name)),
        f"`{name}` without tables reads every column of every table",
        help=f"name the tables: `{name} in (SigninLogs, AuditLogs) ...`",
    )
