"""What a query costs beside others, as a number with reasons. In: `Bound`. Out: `Cost`.

The number has no unit: it grows with the days that are read of each table and with the operators that move or take
apart rows, and is there to compare queries, and to set a budget. How much a workspace holds is not known here. What
weighs how much follows the order of the Kusto documentation's best practices: time first, then what the index can't
answer, then what moves rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from kqlpack.lint import operands
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import walk
from kqlpack.values import TICKS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.semantics.bound import Bound
    from kqlpack.semantics.time_bounds import TableRead
    from kqlpack.syntax.nodes import Node

# Days that a read counts for: at most (as many as where nothing bounds it), and where its bound can't be told.
_MOST_DAYS, _UNKNOWN_DAYS = 90, 7
# Reading all tables weighs as much as this many reads of one.
_ALL_TABLES = 20

_OPERATORS: dict[type[Node], tuple[int, str]] = {
    nodes.EvaluateOperator: (10, "runs a plugin over all rows"),
    nodes.JoinOperator: (15, "moves both sides to match them"),
    nodes.LookupOperator: (5, "matches each row with a second table"),
    nodes.MakeSeriesOperator: (8, "groups rows into series"),
    nodes.MvApplyOperator: (8, "runs a query for each row"),
    nodes.MvExpandOperator: (5, "makes several rows of each"),
    nodes.ParseOperator: (3, "takes each text apart"),
    nodes.ParseWhereOperator: (3, "takes each text apart"),
    nodes.PartitionOperator: (10, "runs a query for each value"),
    nodes.ScanOperator: (10, "goes through all rows in order"),
    nodes.SerializeOperator: (5, "brings all rows to one place"),
    nodes.SortOperator: (5, "brings all rows to one place"),
    nodes.SummarizeOperator: (3, "groups rows"),
    nodes.DistinctOperator: (3, "groups rows"),
    nodes.ExternalData: (5, "fetches a file"),
}
_TEXTS: dict[str, tuple[int, str]] = {
    "matches regex": (5, "matches each value by a regular expression"),
    **dict.fromkeys(("contains", "contains_cs", "!contains", "!contains_cs"), (3, "reads each value, not the index")),
    **dict.fromkeys(("endswith", "endswith_cs", "hassuffix"), (2, "reads each value, not the index")),
}
_PARSERS = frozenset({"parse_json", "todynamic", "parse_xml", "parse_csv", "parse_url", "extract", "extract_all"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a cost: its points, why, and where."""

    points: int
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query costs: the sum of its reasons, the greatest first."""

    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        """The sum."""
        return sum(reason.points for reason in self.reasons)


def cost_of(bound: Bound, *, timespan: str = "") -> Cost:
    """Return what a query costs. `timespan` (ISO 8601) is sent along with it, and bounds what nothing else does."""
    found = [*_reads(bound, timespan), *_operators(bound), *_expressions(bound)]
    return Cost(tuple(sorted(found, key=lambda reason: (-reason.points, reason.span))))


def _reads(bound: Bound, timespan: str) -> Iterator[Reason]:
    sent = _days_of(timespan)
    for read in time_bounds(bound).reads:
        days, what = _days(read, sent)
        yield Reason(days, f"reads {what} of `{read.table}`", read.node.span)


def _days(read: TableRead, sent: int | None) -> tuple[int, str]:
    lookback = read.lookback()
    if read.bound is None:
        days = _MOST_DAYS if sent is None else sent
        return days, "all that is retained" if sent is None else _in_words(days)
    if lookback is not None:
        days = max(1, ceil(lookback.ticks / TICKS_PER_DAY))
    elif read.bound.lower is not None and read.bound.upper is not None and read.bound.lower.at and read.bound.upper.at:
        days = max(1, ceil((read.bound.upper.at.ticks - read.bound.lower.at.ticks) / TICKS_PER_DAY))
    else:
        days = _UNKNOWN_DAYS
        return (days if sent is None else min(days, sent)), "an unknown time"
    days = min(days, _MOST_DAYS if sent is None else sent)
    return days, _in_words(days)


def _in_words(days: int) -> str:
    return "a day" if days == 1 else f"{days} days"


def _days_of(timespan: str) -> int | None:
    """Return the days of an ISO 8601 duration; of an interval that ends in one, of that."""
    if not timespan:
        return None
    from kqlpack.pack.reading import parse_timespan  # here: most queries have none

    span = parse_timespan(timespan.rsplit("/", maxsplit=1)[-1])
    return _UNKNOWN_DAYS if span is None else max(1, ceil(span.ticks / TICKS_PER_DAY))


def _operators(bound: Bound) -> Iterator[Reason]:
    for node in walk(bound.parsed.root):
        kind = type(node)
        if kind in _OPERATORS:
            points, why = _OPERATORS[kind]
            name = kind.construct or "externaldata"
            yield Reason(points, f"`{name}` {why}", Span(node.start, node.start + len(name)))
        elif isinstance(node, nodes.SearchOperator | nodes.FindOperator):
            before = bound.schema_before(node)
            if not (node.tables or before.columns or before.is_open):
                yield Reason(_ALL_TABLES * _UNKNOWN_DAYS, f"`{kind.construct}` reads all tables", node.span)
        elif isinstance(node, nodes.UnionOperator):
            for table in node.tables:
                if isinstance(table, nodes.WildcardedName):
                    part = 1 if table.pattern == "*" else 4
                    text = f"`union {table.pattern}` reads all tables of such a name"
                    yield Reason(_ALL_TABLES * _UNKNOWN_DAYS // part, text, table.span)


def _expressions(bound: Bound) -> Iterator[Reason]:
    for node in walk(bound.parsed.root):
        if isinstance(node, nodes.BinaryExpression) and node.operator in _TEXTS:
            # A comparison of constants costs nothing.
            if not operands.is_literal(node.left):
                points, why = _TEXTS[node.operator]
                yield Reason(points, f"`{node.operator}` {why}", node.operator_span)
        elif isinstance(node, nodes.FunctionCall) and node.name.name in _PARSERS and node.arguments:
            yield Reason(1, f"`{node.name.name}()` takes each text apart", node.name.span)
