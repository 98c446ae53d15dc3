"""wildcard-union."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import UnionOperator, WildcardedName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL314",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(UnionOperator,),
)
def wildcard_union(node: UnionOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `union` of tables by a pattern of their names.

    `union *` reads all tables of the workspace, and `union App*` all that begin so, those included that somebody adds
    later: what the query costs, and what columns it yields, changes without anybody touching it.

    ```kql bad
    union AAD*
    | where TimeGenerated > ago(1d)
    | summarize count() by UserPrincipalName
    ```

    Write instead:

    ```kql good
    union AADNonInteractiveUserSignInLogs, AADUserRiskEvents
    | where TimeGenerated > ago(1d)
    | summarize count() by UserPrincipalName
    ```
    """
    for table in node.tables:
        if isinstance(table, WildcardedName):
            what = "every table" if table.pattern == "*" else f"every table with a name like `{table.pattern}`"
            yield context.finding(
                table.span,
                f"`union {table.pattern}` reads {what}, those included that are added later",
                help="name the tables that the query is about",
            )
