"""unbounded-make-set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# How many arguments each has without the limit.
# Source: the Kusto documentation's pages on these aggregates, which say that the limit is 1,048,576 without one.
_WITHOUT_LIMIT = {"make_set": 1, "make_list": 1, "make_set_if": 2, "make_list_if": 2}
_LIMIT = 1000


@rule(
    code="KQL329",
    group=Group.COST,
    severity=Severity.INFO,
    on=(FunctionCall,),
    fixes=Applicability.UNSAFE,
    opt_in=True,
)
def unbounded_make_set(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find `make_set` and `make_list` without a limit.

    They keep up to 1,048,576 values in one cell. That takes memory, makes rows that are too big to be returned, and an
    alert cuts what goes beyond its 64 KB.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize make_set(IPAddress) by UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize make_set(IPAddress, 1000) by UserPrincipalName
    ```

    The rule runs where it is asked for: many sets are small by nature, and only their author knows.
    """
    count = _WITHOUT_LIMIT.get(node.name.name)
    if count is None or len(node.arguments) != count or not operands.calls(node, context, _WITHOUT_LIMIT):
        return
    end = node.arguments[-1].end
    yield context.finding(
        node.name.span,
        f"`{node.name.name}` without a limit keeps up to 1,048,576 values in one cell",
        help=f"say how many are enough, as its last argument: `{_LIMIT}`",
        fix=replacing(f"Keep {_LIMIT}", (Span(end, end), f", {_LIMIT}"), applicability=Applicability.UNSAFE),
    )
