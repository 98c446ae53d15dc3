"""How much a query scans, with a profile of the workspace. In: `Bound`, a timespan. Out: gigabytes by read.

An estimate: what comes into a table on a usual day, times the days that the query looks back, within what the table
retains. A read that nothing bounds looks back over all that is retained; one whose bound can't be told is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.values import TICKS_PER_DAY

if TYPE_CHECKING:
    from kqlpack.catalog.profile import TableProfile
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import NameReference
    from kqlpack.values import Timespan


@dataclass(frozen=True, slots=True)
class Scan:
    """A read of a table: how many days back, and how many gigabytes; None where that can't be told."""

    node: NameReference
    table: TableProfile
    days: float | None
    gigabytes: float | None


def scans(bound: Bound, timespan: Timespan | None = None) -> tuple[Scan, ...]:
    """Return the reads of tables that the catalogue's profile knows. `timespan`: what is sent along with the query."""
    profile = bound.catalog.profile
    if profile is None:
        return ()
    found = []
    for read in time_bounds(bound).reads:
        table = profile.tables.get(read.table)
        if table is None:
            continue
        days = _days(read.lookback(), timespan, table, is_bounded=read.bound is not None)
        volume = None if days is None or table.gb_per_day is None else days * table.gb_per_day
        found.append(Scan(read.node, table, days, volume))
    return tuple(found)


def _days(
    lookback: Timespan | None, timespan: Timespan | None, table: TableProfile, *, is_bounded: bool
) -> float | None:
    known = [span.ticks / TICKS_PER_DAY for span in (lookback, timespan) if span is not None]
    if table.retention_days is not None and (known or not is_bounded):
        known.append(table.retention_days)
    return max(min(known), 0.0) if known else None
