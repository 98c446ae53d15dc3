"""empty-string-test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_TESTS = {"==": "isempty", "=~": "isempty", "!=": "isnotempty", "<>": "isnotempty", "!~": "isnotempty"}


@rule(
    code="KQL402",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    fixes=Applicability.SAFE,
)
def empty_string_test(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a text that is compared with the empty one.

    `isempty()` says what is meant, and goes on to do so for a column that is later of another type.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName != ""
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and isnotempty(UserPrincipalName)
    ```

    Of text, both are the same: a string is never null. Columns that may be guids are left alone.
    """
    test = _TESTS.get(node.operator)
    if test is None:
        return
    for value, other in ((node.left, node.right), (node.right, node.left)):
        literal = unparenthesized(other)
        if not isinstance(literal, StringLiteral) or literal.value or isinstance(unparenthesized(value), StringLiteral):
            continue
        if context.bound.type_of(value) is not ScalarType.STRING:
            continue
        symbol = context.bound.symbol_of(unparenthesized(value))
        if symbol is not None and symbol.table is not None and operands.may_be_guid(symbol, context):
            continue
        inner = context.text(unparenthesized(value))
        shown = operands.described(value, context).strip("`")
        is_free = "//" not in context.text(node)
        yield context.finding(
            node.span,
            f"`{node.operator}` with an empty text asks whether there is any",
            help=f"write `{test}({shown})`" if shown != "this expression" else f"write `{test}(...)`",
            fix=replacing(f"Write `{test}`", (node.span, f"{test}({inner})")) if is_free else None,
        )
        return
