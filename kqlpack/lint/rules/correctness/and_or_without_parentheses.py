"""and-or-without-parentheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import predicates
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import BinaryExpression, InExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


@rule(
    code="KQL222",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(BinaryExpression,),
    fixes=Applicability.SAFE,
)
def and_or_without_parentheses(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an alternative that `and` tears apart, because it has no parentheses.

    `and` binds more tightly than `or`. In `a or b and c`, the condition `c` holds for `b` alone, and `a` lets
    everything else through. It is found where both sides of the `or` ask for the same column: these belong together.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName == "Azure Portal" or AppDisplayName == "Azure CLI" and ResultType != "0"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where (AppDisplayName == "Azure Portal" or AppDisplayName == "Azure CLI") and ResultType != "0"
    ```

    The fix writes parentheses around what belongs together now, which changes nothing and makes it visible.
    """
    if node.operator != "or":
        return
    for mixed, other in ((node.left, node.right), (node.right, node.left)):
        if not isinstance(mixed, BinaryExpression) or mixed.operator != "and":
            continue
        # The condition that stands next to the `or`, and the one on its other side.
        near = predicates.parts(mixed, "and")[-1 if mixed is node.left else 0]
        beside = predicates.parts(other, "or")[0 if mixed is node.left else -1]
        if isinstance(beside, BinaryExpression) and beside.operator == "and":
            continue
        name = _asked(near, context)
        if not name or name != _asked(beside, context):
            continue
        # `x has "a" and x has "b" or x has "c"` asks for one column only: nothing is torn apart.
        if all(_asked(one, context) == name for one in predicates.parts(mixed, "and")):
            continue
        yield context.finding(
            mixed.span,
            f"`and` binds more tightly than `or`: what `and` joins here does not hold for the other `{name}`",
            help="write parentheses around the `or`, or around the `and` if this is meant",
            fix=replacing(
                "Write parentheses around what belongs together now",
                (Span(mixed.start, mixed.start), "("),
                (Span(mixed.end, mixed.end), ")"),
            ),
        )


def _asked(node: Node, context: KqlContext) -> str:
    """Return the column that a condition asks for; empty where it asks for something else."""
    return predicates.place(node.left, context) if isinstance(node, BinaryExpression | InExpression) else ""
