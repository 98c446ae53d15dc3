"""Functions that look at other rows: row_number(), prev(), next(), row_cumsum(), ranks, sessions.

They want rows in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError
from kqlpack.execute.duckdb.comparisons import boolean
from kqlpack.execute.duckdb.functions.flow import common
from kqlpack.execute.duckdb.functions.rows import DATETIME, INTEGERS, LONG, REAL, STRING, TIMESPAN, Call, Row
from kqlpack.execute.duckdb.sql import Sql
from kqlpack.execute.duckdb.types import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.execute.duckdb.sql import Relation


def _rows(call: Call) -> Relation:
    row = call.scope.row
    if row is None or not row.is_sorted:
        raise ExecutionError(f"`{call.name}` wants rows in an order: sort them, or serialize", call.span)
    return row


def _over(relation: Relation) -> str:
    order = relation.order_by()
    return f"OVER ({relation.partition_by()}{'ORDER BY ' + order if order else ''})"


def _row_number(call: Call) -> Sql:
    relation = _rows(call)
    first = call.compiler.integer(call.node_at(0), call.scope) if call.count else 1
    if call.count > 1:
        restart = boolean(call.compiler, call.node_at(1), call.scope)

        def number(rows: list[tuple[Any, ...]]) -> Iterator[int]:
            current = first - 1
            for (again,) in rows:
                current = first if again else current + 1
                yield current

        return call.compiler.python_over_rows(number, [restart], LONG, call.scope, call.span)
    shift = f" + {first - 1}" if first != 1 else ""
    return Sql(f"(row_number() {_over(relation)}{shift})", LONG, nullable=False, row=True, window=True)


def _neighbour(function: str) -> Row:
    def write(call: Call) -> Sql:
        relation = _rows(call)
        value = call.value(0)
        offset = call.compiler.integer(call.node_at(1), call.scope) if call.count > 1 else 1
        default = literal(None, value.type)
        if call.count > 2:
            (_, default), _type = common(call, [value, call.value(2)])
        text = f"{function}({value}, {offset}, {default}) {_over(relation)}"
        return Sql(text, value.type, value.type is not STRING, row=True, window=True)

    return write


def _row_cumsum(call: Call) -> Sql:
    _rows(call)
    value = call.value(0)
    if value.type not in {*INTEGERS, REAL, TIMESPAN}:
        raise call.refuse()
    arguments = [value]
    if call.count > 1:
        arguments.append(boolean(call.compiler, call.node_at(1), call.scope))

    def add(rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        total: Any = 0
        for item, *again in rows:
            total = (item or 0) + (0 if again and again[0] else total)
            yield total

    type_ = LONG if value.type in INTEGERS else value.type
    return call.compiler.python_over_rows(add, arguments, type_, call.scope, call.span)


def _rank(*, dense: bool) -> Row:
    def write(call: Call) -> Sql:
        _rows(call)
        arguments = [call.value(0)]
        if call.count > 1:
            arguments.append(boolean(call.compiler, call.node_at(1), call.scope))

        def rank(rows: list[tuple[Any, ...]]) -> Iterator[int]:
            current, number, last = 0, 0, object()
            for item, *again in rows:
                if again and again[0]:
                    current, number, last = 0, 0, object()
                number += 1
                if item != last:
                    current = current + 1 if dense else number
                    last = item
                yield current

        return call.compiler.python_over_rows(rank, arguments, LONG, call.scope, call.span)

    return write


def _session(call: Call) -> Sql:
    _rows(call)
    value = call.value(0)
    from_first, between = call.constant(1), call.constant(2)
    arguments = [value]
    if value.type not in {DATETIME, *INTEGERS, REAL, ScalarType.TIMESPAN}:
        raise call.refuse()
    if call.count > 3:
        arguments.append(boolean(call.compiler, call.node_at(3), call.scope))

    def sessions(rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        start: Any = None
        last: Any = None
        for item, *again in rows:
            if item is None:
                yield None
                continue
            new = start is None or item - start > from_first or item - last > between
            if new or (again and again[0]):
                start = item
            last = item
            yield start

    return call.compiler.python_over_rows(sessions, arguments, value.type, call.scope, call.span)


ROWS: Final[dict[str, Row]] = {
    "next": _neighbour("lead"),
    "prev": _neighbour("lag"),
    "row_cumsum": _row_cumsum,
    "row_number": _row_number,
    "row_rank": _rank(dense=False),
    "row_rank_dense": _rank(dense=True),
    "row_rank_min": _rank(dense=False),
    "row_window_session": _session,
}
