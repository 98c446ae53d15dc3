"""integer-division."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.syntax.nodes import BinaryExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_WHOLE: Final = frozenset({ScalarType.INT, ScalarType.LONG})


@rule(
    code="KQL227",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(BinaryExpression,),
    fixes=Applicability.UNSAFE,
)
def integer_division(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a share of two whole numbers, which is a whole number itself.

    KQL divides `long` by `long` as `long` and drops what is behind the point: `3 / 4` is 0. A share of failures that is
    below one is 0 in every row, and multiplying it by 100 afterwards leaves it at 0.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Failed = countif(ResultType != "0"), Total = count() by AppDisplayName
    | extend Share = Failed / Total
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Failed = countif(ResultType != "0"), Total = count() by AppDisplayName
    | extend Share = todouble(Failed) / Total
    ```

    Nothing is found where either side is a constant (`Bytes / 1024`), and where the upper side was multiplied before
    (`100 * Failed / Total` is a whole percentage).
    """
    if node.operator != "/":
        return
    bound = context.bound
    if bound.type_of(node.left) not in _WHOLE or bound.type_of(node.right) not in _WHOLE:
        return
    if any(points.point(side, bound) is not None or operands.is_literal(side) for side in (node.left, node.right)):
        return
    if _is_multiplied(node.left):
        return
    left = context.text(node.left)
    yield context.finding(
        node.span,
        f"{operands.described(node.left, context)} and {operands.described(node.right, context)} are whole numbers, so "
        "what is behind the point is dropped, and a share below one is 0",
        help=f"write `todouble({left}) / ...`" if len(left) <= 40 else "write `todouble(...)` around the upper side",
        fix=replacing("Divide as `real`", (node.left.span, f"todouble({left})"), applicability=Applicability.UNSAFE),
    )


def _is_multiplied(node: Node) -> bool:
    node = unparenthesized(node)
    return isinstance(node, BinaryExpression) and node.operator in "*/"
