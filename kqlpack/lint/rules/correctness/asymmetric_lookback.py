"""asymmetric-lookback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import schedules
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock, UnionOperator, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.time_bounds import TableRead
    from kqlpack.syntax.nodes import Node


@rule(
    code="KQL251",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def asymmetric_lookback(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find tables of one `union` that are read for different times.

    What is counted or shown together should be of the same days. Seven days of interactive sign-ins beside one day of
    the others make every comparison wrong; most often one of the filters was changed, and the other stayed.

    ```kql bad
    union
        (SigninLogs | where TimeGenerated > ago(7d)),
        (AADNonInteractiveUserSignInLogs | where TimeGenerated > ago(1d))
    | summarize Attempts = count() by UserPrincipalName
    ```

    Write instead:

    ```kql good
    let Lookback = 7d;
    union
        (SigninLogs | where TimeGenerated > ago(Lookback)),
        (AADNonInteractiveUserSignInLogs | where TimeGenerated > ago(Lookback))
    | summarize Attempts = count() by UserPrincipalName
    ```

    Tables that are joined are left alone: there, one side often is the history of the other. So are tables whose time
    has an end, and those that a `let` reads.
    """
    unions = [node for node in walk(root) if isinstance(node, UnionOperator)]
    if not unions:
        return
    reads = time_bounds(context.bound).reads
    for union in unions:
        legs = [_read_of(leg, reads) for leg in union.tables]
        known = [leg for leg in legs if leg is not None]
        for one in known[1:]:
            first, other = known[0].lookback(), one.lookback()
            if first is not None and other is not None and first != other:
                yield context.finding(
                    one.node.span,
                    f"`{one.table}` is read {schedules.shown(other)} back, and `{known[0].table}` of the same `union` "
                    f"{schedules.shown(first)}",
                    help="give the time a name with `let`, and use it in both",
                    related=[context.note(known[0].node.span, f"{schedules.shown(first)} back")],
                )
                break


def _read_of(leg: Node, reads: tuple[TableRead, ...]) -> TableRead | None:
    """Return the one read that stands inside of a union's leg; None for several, or one whose time has an end."""
    found = [read for read in reads if leg.start <= read.node.start and read.node.end <= leg.end]
    if len(found) != 1 or found[0].bound is None or found[0].bound.upper is not None:
        return None
    return found[0]
