"""dynamic-compared-without-cast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, ElementExpression, PathExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_COMPARISONS: Final = frozenset({"==", "!=", "<>"})
# What is more likely a number or a bool in JSON.
_NOT_TEXT: Final = re.compile(r"(?i:true|false)|-?[0-9]+(?:\.[0-9]+)?")


@rule(
    code="KQL247",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    fixes=Applicability.UNSAFE,
    opt_in=True,
)
def dynamic_compared_without_cast(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a value inside of JSON that is compared with a number or a bool in quotes.

    What stands in a `dynamic` value has whatever type the sender gave it: the number 0 in one record, the text "0" in
    the next. With `tostring()` both are text, and the comparison says what it means.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and Status.errorCode == "50126"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and tostring(Status.errorCode) == "50126"
    ```

    It runs on request only: only the log's owner knows the value's type.
    """
    if node.operator not in _COMPARISONS:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        value = unparenthesized(side)
        if not isinstance(value, PathExpression | ElementExpression):
            continue
        literal = operands.string(other, context)
        if literal is None or not _NOT_TEXT.fullmatch(literal.value):
            continue
        if context.bound.type_of(value) is not ScalarType.DYNAMIC:
            continue
        if not predicates.place(value, context):
            continue
        text = context.text(value)
        yield context.finding(
            value.span,
            f"{operands.described(value, context)} has whatever type the sender gave it: where that is no text, this "
            "comes out otherwise than it looks",
            help=f"write `tostring({text})`" if len(text) <= 60 else "write `tostring(...)` around it",
            fix=replacing("Make it text", (value.span, f"tostring({text})"), applicability=Applicability.UNSAFE),
        )
        return
