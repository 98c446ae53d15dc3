"""in-on-case-varying-column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import case, operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import InExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL226",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(InExpression,),
    fixes=Applicability.UNSAFE,
)
def in_on_case_varying_column(node: InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column whose text comes in different cases, looked up in a list by exact case.

    The same as `eq-on-case-varying-column`, for `in` and `!in`. In a list of exceptions it is the more dangerous one:
    what is spelt otherwise than in the list is not left out.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName in ("Anna@contoso.com", "ben@contoso.com")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName in~ ("Anna@contoso.com", "ben@contoso.com")
    ```

    Lists of text are looked at, those that a `let` names included, if a text in them has letters.
    """
    if node.operator not in {"in", "!in"}:
        return
    texts = list(operands.strings(node.right, context))
    if not any(one.value.lower() != one.value.upper() for one in texts):
        return
    table = case.varies(node.left, context)
    if not table:
        return
    lost = "misses" if node.operator == "in" else "lets through"
    free = f"{node.operator}~"
    yield context.finding(
        node.operator_span,
        f"{operands.described(node.left, context)} of `{table}` comes in different cases, and `{node.operator}` {lost} "
        "those that are written otherwise",
        help=f"write `{free}`",
        fix=replacing(f"Write `{free}`", (node.operator_span, free), applicability=Applicability.UNSAFE),
    )
