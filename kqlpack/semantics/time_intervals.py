"""From when to when a predicate lets a time column be. In: a predicate. Out: a `TimeBound` for each column.

Ends are told where they are constants: `ago(7d)`, `now()`, a datetime, what a `let` gives to these. An end that is
computed otherwise is unknown, which does not mean that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.semantics import points
from kqlpack.semantics.time_predicates import columns_in
from kqlpack.syntax.nodes import BetweenExpression, BinaryExpression, unparenthesized
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from kqlpack.semantics.bound import Bound
    from kqlpack.semantics.points import Point
    from kqlpack.syntax.nodes import Node

# Which side of a comparison with a column is bounded below.
_LOWER = frozenset({">", ">=", "=="})
_UPPER = frozenset({"<", "<=", "=="})
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "=="}


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: a date, or so much later than now (`offset`, below zero for the past)."""

    at: Datetime | None = None
    offset: Timespan | None = None


@dataclass(frozen=True, slots=True)
class TimeBound:
    """The time that a column is limited to; an end is None where there is none, or where it can't be told."""

    lower: Moment | None = None
    upper: Moment | None = None

    def within(self, other: TimeBound) -> TimeBound:
        """Return what is left where both hold."""
        return TimeBound(_later(self.lower, other.lower), _earlier(self.upper, other.upper))

    def around(self, other: TimeBound) -> TimeBound:
        """Return what is let through where either holds: an end that one of them lacks is none."""
        lower = _earlier(self.lower, other.lower) if self.lower and other.lower else None
        upper = _later(self.upper, other.upper) if self.upper and other.upper else None
        return TimeBound(lower, upper)

    def lookback(self) -> Timespan | None:
        """Return how far back from now the time reaches; None where that isn't known."""
        if self.lower is None or self.lower.offset is None:
            return None
        return Timespan(-self.lower.offset.ticks)


def intervals(bound: Bound, predicate: Node) -> dict[str, TimeBound]:
    """Return for each column what the comparisons that a predicate joins by `and` limit it to."""
    found: dict[str, TimeBound] = {}
    stack = [predicate]
    while stack:
        node = unparenthesized(stack.pop())
        if isinstance(node, BinaryExpression) and node.operator == "and":
            stack.extend((node.right, node.left))
        elif isinstance(node, BinaryExpression) and node.operator in _TURNED:
            for value, operator, end in (
                (node.left, node.operator, node.right),
                (node.right, _TURNED[node.operator], node.left),
            ):
                moment = _moment(points.point(end, bound))
                if moment is not None:
                    limit = TimeBound(moment if operator in _LOWER else None, moment if operator in _UPPER else None)
                    _limit(found, bound, value, limit)
        elif isinstance(node, BetweenExpression) and node.operator == "between":
            low, high = points.point(node.low, bound), points.point(node.high, bound)
            if low is not None and high is not None and high.line == points.SPAN and low.line != points.SPAN:
                high = points.Point(low.line, low.value + high.value)
            _limit(found, bound, node.left, TimeBound(_moment(low), _moment(high)))
    return found


def _limit(found: dict[str, TimeBound], bound: Bound, value: Node, limit: TimeBound) -> None:
    # Of `bin(TimeGenerated, 1d) > ago(7d)` the end is the column's up to a day: near enough to be told.
    for name in columns_in(bound, value):
        found[name] = found[name].within(limit) if name in found else limit


def _moment(point: Point | None) -> Moment | None:
    if point is None:
        return None
    if point.line == points.DATE:
        return Moment(at=Datetime(int(point.value)))
    return Moment(offset=Timespan(int(point.value))) if point.line == points.RELATIVE else None


def _later(one: Moment | None, other: Moment | None) -> Moment | None:
    """Return the later of two ends. A date and what counts from now can't be compared: the latter is kept."""
    if one is None or other is None:
        return one or other
    if one.at is not None and other.at is not None:
        return one if one.at.ticks >= other.at.ticks else other
    if one.offset is not None and other.offset is not None:
        return one if one.offset.ticks >= other.offset.ticks else other
    return one if one.offset is not None else other


def _earlier(one: Moment | None, other: Moment | None) -> Moment | None:
    if one is None or other is None:
        return one or other
    if one.at is not None and other.at is not None:
        return one if one.at.ticks <= other.at.ticks else other
    if one.offset is not None and other.offset is not None:
        return one if one.offset.ticks <= other.offset.ticks else other
    return one if one.offset is not None else other
