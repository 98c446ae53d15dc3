"""positional-dynamic-index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.syntax.nodes import (
    ElementExpression,
    FunctionCall,
    NameReference,
    PathExpression,
    StringLiteral,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

# Lists of named things whose order nobody promises: the name says which is which. Sources: the page "Microsoft Entra
# audit log schema" for the first two; the Office 365 Management Activity API's schema for the others.
_NAMED: Final = {
    "modifiedProperties": "displayName",
    "AdditionalDetails": "key",
    "ModifiedProperties": "Name",
    "ExtendedProperties": "Name",
}
_READERS: Final = frozenset({"parse_json", "todynamic", "tostring"})


@rule(
    code="KQL245",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(ElementExpression,),
    opt_in=True,
)
def positional_dynamic_index(node: ElementExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a property that is taken by its place in a list, where its name tells which it is.

    Nobody promises in what order an audit record lists the properties that were modified, nor that it lists them all.
    `modifiedProperties[1]` is a role's name in one record and something else in the next.

    ```kql bad
    AuditLogs
    | where TimeGenerated > ago(1d)
    | extend Role = tostring(TargetResources[0].modifiedProperties[1].newValue)
    ```

    Write instead:

    ```kql good
    AuditLogs
    | where TimeGenerated > ago(1d)
    | mv-apply Property = TargetResources[0].modifiedProperties on (
        where Property.displayName == "Role.DisplayName"
        | project Role = tostring(Property.newValue))
    ```

    Nothing is found where the query asks for the name of what stands there. It runs on request only: many queries of
    this kind work as long as the service keeps to its habits.
    """
    index = points.point(node.index, context.bound)
    if index is None or index.line != points.NUMBER:
        return
    name = _list_name(node.expression)
    if name not in _NAMED:
        return
    text = context.text(node)
    if any(f"{text}.{one}" in context.file.text for one in _NAMED.values()):
        return  # the query looks at what stands there
    yield context.finding(
        node.span,
        f"nobody promises the order of `{name}`, so that place {int(index.value)} may hold another property in the "
        "next record",
        help=f'choose by the name, with `mv-apply` and `where ...{"." + _NAMED[name]} == "..."`',
    )


def _list_name(node: Node) -> str:
    """Return the name of the list that is looked into; what only reads JSON is looked through."""
    for _ in range(8):
        node = unparenthesized(node)
        if isinstance(node, FunctionCall) and node.name.name in _READERS and len(node.arguments) == 1:
            node = node.arguments[0]
        elif isinstance(node, PathExpression):
            return node.selector.name if isinstance(node.selector, NameReference) else ""
        elif isinstance(node, ElementExpression):
            return node.index.value if isinstance(node.index, StringLiteral) else ""
        else:
            return node.name if isinstance(node, NameReference) else ""
    return ""
