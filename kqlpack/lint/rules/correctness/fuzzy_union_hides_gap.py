"""fuzzy-union-hides-gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import UnionOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL246",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(UnionOperator,),
    opt_in=True,
)
def fuzzy_union_hides_gap(node: UnionOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `union` that goes on without a table that is not there.

    With `isfuzzy=true`, a table that the workspace does not have is left out and nobody is told. A query that finds
    nothing then means either that there is nothing, or that the logs were never connected.

    ```kql bad
    union isfuzzy=true SigninLogs, AADNonInteractiveUserSignInLogs
    | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Where all tables have to be there, say so:

    ```kql good
    union SigninLogs, AADNonInteractiveUserSignInLogs
    | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    It runs on request only: a pack for workspaces of all kinds needs `isfuzzy`.
    """
    for parameter in node.parameters:
        if parameter.name.name == "isfuzzy" and context.text(parameter.value).lower() == "true":
            yield context.finding(
                parameter.span,
                "a table that is not there is left out without a word, so that no result may mean no logs",
                help="take it out where all tables have to be there, or check beforehand that they are",
            )
