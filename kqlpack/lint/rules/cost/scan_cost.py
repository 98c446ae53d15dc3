"""scan-cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.scanned import scans
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# Below this nobody minds.
_LEAST_GB = 1.0


@rule(
    code="KQL393",
    group=Group.COST,
    severity=Severity.INFO,
    on=(QueryBlock,),
)
def scan_cost(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a read whose gigabytes are paid for, and say about how many they are.

    Queries of tables of the plans Basic and Auxiliary are billed by what they scan: what comes in on a usual day, times
    the days that the query looks back. The numbers come from a workspace's profile (`lint --profile FILE`), so that
    this is said only with one.

    A shorter range of time is the way to scan less; a filter is not, for it reads what it leaves out.
    """
    for scan in scans(context.bound):
        if scan.table.is_scanned and scan.gigabytes is not None and scan.gigabytes >= _LEAST_GB:
            yield context.finding(
                scan.node.span,
                f"each run scans about {scan.gigabytes:,.1f} GB of `{scan.table.name}` ({scan.days:g} days of"
                f" {scan.table.gb_per_day:g} GB), which the plan {scan.table.plan} charges for",
                help="look back less far, or run it less often",
            )
