"""eq-on-case-varying-column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import case, operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_FREE: Final = {"==": "=~", "!=": "!~", "<>": "!~"}


@rule(
    code="KQL225",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(BinaryExpression,),
    fixes=Applicability.UNSAFE,
)
def eq_on_case_varying_column(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a comparison by exact case with a column whose text comes in different cases.

    `UserPrincipalName` is written as the client, or whoever made the account, typed it: `anna@contoso.com` in one row,
    `Anna@contoso.com` in the next. `==` finds one of them. With `!=` the account that is to be left out comes back.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName == "Anna@contoso.com"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName =~ "Anna@contoso.com"
    ```

    Which columns these are is known for the tables that investigations read most (sign-ins, audit and activity logs,
    Windows events, Defender). Text without letters, and columns that pass `tolower()`, are left alone.
    """
    free = _FREE.get(node.operator)
    if free is None:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        literal = operands.string(other, context)
        table = case.varies(side, context) if literal is not None and _has_letters(literal.value) else ""
        if not table:
            continue
        lost = "misses" if node.operator == "==" else "lets through"
        yield context.finding(
            node.operator_span,
            f"{operands.described(side, context)} of `{table}` comes in different cases, and `{node.operator}` {lost} "
            "those that are written otherwise",
            help=f"write `{free}`",
            fix=replacing(f"Write `{free}`", (node.operator_span, free), applicability=Applicability.UNSAFE),
        )
        return


def _has_letters(text: str) -> bool:
    return text.lower() != text.upper()
