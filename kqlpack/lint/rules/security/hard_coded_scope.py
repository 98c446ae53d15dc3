"""hard-coded-scope."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, NameReference, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PLACES = frozenset({"workspace", "app", "resource"})
_COLUMNS = frozenset(
    {"TenantId", "_SubscriptionId", "SubscriptionId", "AADTenantId", "HomeTenantId", "ResourceTenantId", "WorkspaceId"}
)
# Of nobody, and of Microsoft: its own tenants are the same for everybody.
# Source: Microsoft's documentation on verifying first-party applications in sign-in reports.
_FOR_ALL = frozenset(
    {
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
        "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "9188040d-6c67-4c5b-b112-36a304b66dad",
    }
)
_FEWEST_DIGITS = 4


@rule(
    code="KQL805",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(FunctionCall, BinaryExpression),
)
def hard_coded_scope(node: FunctionCall | BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find the id of a tenant, a subscription or a workspace that is written into a query.

    Elsewhere the query finds nothing, or fails; and it tells readers what is whose.

    ```kql bad
    workspace("6f3b0a54-12c7-4d1e-9a55-0e2f4c8b7d91").SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    In a pack, make it a parameter:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      tenant: {type: guid}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          | where AADTenantId == {{ tenant }}
        examples: [{tenant: 6f3b0a54-12c7-4d1e-9a55-0e2f4c8b7d91}]
    ```

    What a `let` at the top of a query gives a name is left alone, and so are the ids that Microsoft's own tenants have.
    """
    if isinstance(node, FunctionCall):
        if operands.names_place(node, context, _PLACES) and node.arguments:
            literal = unparenthesized(node.arguments[0])
            yield from _told(literal, f"`{node.name.name}()`", context)
    elif node.operator in {"==", "=~"}:
        for value, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(value, NameReference) and value.name in _COLUMNS:
                yield from _told(unparenthesized(other), f"`{value.name}`", context)


def _told(literal: Node, what: str, context: KqlContext) -> Iterator[Diagnostic]:
    if not isinstance(literal, StringLiteral) or not operands.is_written(literal, context):
        return
    found = _GUID.search(literal.value)
    if found is None or found[0].lower() in _FOR_ALL or len(set(found[0])) <= _FEWEST_DIGITS:
        return
    yield context.finding(
        literal.span,
        f"{what} takes an id that is written into the query, so that it works in one place only",
        help="make it a parameter of the pack, or name it by a `let` at the top",
    )
