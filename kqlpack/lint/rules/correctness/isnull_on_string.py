"""isnull-on-string."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_MEANT: Final = {"isnull": "isempty", "isnotnull": "isnotempty", "notnull": "isnotempty"}


@rule(
    code="KQL223",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(FunctionCall,),
    fixes=Applicability.UNSAFE,
)
def isnull_on_string(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find text that is asked whether it is null, which text never is.

    A text that is missing is empty. `isnull()` is false for every text, so that nothing is found, and `isnotnull()` is
    true for every text, so that nothing is left out.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and isnotnull(UserPrincipalName)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and isnotempty(UserPrincipalName)
    ```

    The fix changes what the query finds, and is applied on request only.
    """
    if not operands.calls(node, context, _MEANT) or len(node.arguments) != 1:
        return
    argument = node.arguments[0]
    if context.bound.type_of(argument) is not ScalarType.STRING or _may_be_guid(argument, context):
        return
    name = node.name.name
    meant = _MEANT[name]
    result = "never" if name == "isnull" else "always"
    yield context.finding(
        node.span,
        f"{operands.described(argument, context)} is text, and text is never null, so `{name}()` is {result} true",
        help=f"write `{meant}()`",
        related=operands.explained(argument, context),
        fix=replacing(f"Write `{meant}`", (node.name.span, meant), applicability=Applicability.UNSAFE),
    )


def _may_be_guid(node: Node, context: KqlContext) -> bool:
    """Tell whether a column is text in Azure's reference and a guid in workspaces, where it may be null."""
    symbol = predicates.column(node, context)
    if symbol is None or symbol.table is None:
        return False
    facts = context.bound.catalog.column_facts(symbol.table.name, symbol.name)
    return facts is not None and facts.case == "guid"
