"""last-day-excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.syntax.nodes import BetweenExpression, Literal, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_DAY = 864_000_000_000


@rule(
    code="KQL811",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(BetweenExpression,),
    fixes=Applicability.UNSAFE,
)
def last_day_excluded(node: BetweenExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a range of days that ends at the first moment of its last day.

    `datetime(2024-05-31)` is midnight, so that nothing of the 31st is in the range. Whoever writes two days usually
    means both of them.

    ```kql bad
    SigninLogs
    | where TimeGenerated between (datetime(2024-05-01) .. datetime(2024-05-31))
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated between (datetime(2024-05-01) .. endofday(datetime(2024-05-31)))
    ```

    A range that ends on the first of a month or a year most likely means to leave it out, and so does one of a whole
    week, or of a single day. The fix is unsafe, since it changes what the query finds.
    """
    if node.operator != "between":
        return
    symbol = context.bound.symbol_of(node.left)
    if (
        symbol is None
        or symbol.kind is not SymbolKind.COLUMN
        or (symbol.table is None and symbol.name not in TIME_COLUMNS)
    ):
        return  # what was computed may be the days themselves
    low, high = unparenthesized(node.low), unparenthesized(node.high)
    if not (isinstance(low, Literal) and isinstance(high, Literal) and low.kind == high.kind == "datetime"):
        return
    if not (_is_day(low) and _is_day(high)):
        return
    first, last = points.point(low, context.bound), points.point(high, context.bound)
    if first is None or last is None or operands.inner_text(high).endswith("-01"):
        return
    days = int(last.value - first.value) // _DAY
    if days in {0, 1, 7, 14} or days < 0:
        return
    text = context.text(node.high)
    yield context.finding(
        node.high.span,
        f"`{text}` is the first moment of that day, so that the day itself is not in the range",
        help=f"write `endofday({text})`, if the day is meant to be in it",
        fix=replacing("Write `endofday`", (node.high.span, f"endofday({text})"), applicability=Applicability.UNSAFE),
    )


def _is_day(literal: Literal) -> bool:
    """Tell whether a datetime is written without a time of day."""
    return len(operands.inner_text(literal)) <= len("2024-05-31") and "-" in operands.inner_text(literal)
