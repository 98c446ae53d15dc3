"""literal-scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, NameReference, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# Source: the Azure Monitor documentation's page "Query across workspaces", on identifiers.
_PLACES = frozenset({"workspace", "app", "resource"})


@rule(
    code="KQL702",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(FunctionCall,),
)
def literal_scope(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a workspace or a resource that is named by something other than a literal string.

    Azure Monitor has to know where a query reads before it runs it, and refuses a name, a parameter or an expression.

    ```kql bad
    let Name = "contoso";
    workspace(Name).SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    workspace("contoso").SigninLogs
    | where TimeGenerated > ago(1d)
    ```
    """
    if not operands.names_place(node, context, _PLACES) or len(node.arguments) != 1:
        return
    argument = unparenthesized(node.arguments[0])
    if isinstance(argument, StringLiteral) or not isinstance(argument, NameReference | FunctionCall):
        return
    yield context.finding(
        argument.span,
        f"`{node.name.name}()` takes a literal string only, and Azure Monitor refuses the query",
        help=f'write the name or the id itself: `{node.name.name}("contoso")`',
    )
