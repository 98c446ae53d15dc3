"""approximate-threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.semantics.bound import Origin
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_ESTIMATES: Final = frozenset({"dcount", "dcountif"})
_COMPARISONS: Final = frozenset({"==", "!=", "<>", "<", "<=", ">", ">="})
# At the usual accuracy, values up to this number are counted one by one. Source: the Kusto documentation's page
# "dcount() (aggregation function)", estimation accuracy.
_EXACT: Final = 1000


@rule(
    code="KQL236",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(BinaryExpression,),
)
def approximate_threshold(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an estimate that is compared with a number too large for it to be exact.

    `dcount()` estimates. Up to 1,000 different values it is exact; beyond that it may be off by a percent or so, and
    the same rows may fall on the other side of a threshold.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Users = dcount(UserPrincipalName) by IPAddress
    | where Users == 5000
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Users = count_distinct(UserPrincipalName) by IPAddress
    | where Users == 5000
    ```

    Nothing is found where the call names an accuracy of its own.
    """
    if node.operator not in _COMPARISONS:
        return
    for side, other in ((node.left, node.right), (node.right, node.left)):
        limit = points.point(other, context.bound)
        if limit is None or limit.line != points.NUMBER or limit.value <= _EXACT:
            continue
        call = _estimate(side, context)
        if call is not None:
            yield context.finding(
                node.span,
                f"`{call.name.name}()` is an estimate above {_EXACT:,}, so that this may come out either way near "
                f"{operands.described(other, context)}",
                help="write `count_distinct(...)`, which counts exactly, or `dcount(..., 4)` for a closer estimate",
            )


def _estimate(node: Node, context: KqlContext) -> FunctionCall | None:
    node = unparenthesized(node)
    if isinstance(node, FunctionCall):
        return node if operands.calls(node, context, _ESTIMATES) and not _has_accuracy(node) else None
    symbol = predicates.column(node, context)
    if symbol is None or len(symbol.sources) != 1 or not isinstance(symbol.sources[0], Origin):
        return None
    origin = symbol.sources[0]
    call = unparenthesized(origin.expression)
    if not isinstance(call, FunctionCall) or call.name.name not in _ESTIMATES or _has_accuracy(call):
        return None
    return call


def _has_accuracy(call: FunctionCall) -> bool:
    return len(call.arguments) > (2 if call.name.name == "dcountif" else 1)
