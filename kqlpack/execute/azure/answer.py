"""A good reply's table. In: `Reply` with status 200 or 204. Out: `Result`, or `LiveError` where it holds no answer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import LiveError
from kqlpack.execute.azure.cells import READERS
from kqlpack.execute.azure.faults import error_words, excerpt, unexpected
from kqlpack.execute.result import Result

if TYPE_CHECKING:
    from kqlpack.execute.azure.cells import Reader
    from kqlpack.execute.azure.reply import Reply

_PRIMARY: Final = "PrimaryResult"
_EMPTY_WORKSPACE: Final = "The workspace holds no data at all: the service answered with nothing, not even columns."


def read_answer(reply: Reply) -> Result:
    """Turn a reply into a result; an empty 204 is how a workspace without any data answers."""
    if reply.status == 204:
        return Result(columns=(), rows=(), note=_EMPTY_WORKSPACE)
    if not reply.body.strip():
        raise unexpected("an empty body")
    if not reply.is_json:
        raise unexpected(f"`{excerpt(reply.content_type)}` instead of JSON{_quoted(reply)}")
    try:
        answer = reply.json()
    except (ValueError, RecursionError):
        raise unexpected(f"a body that is not JSON{_quoted(reply)}") from None
    if not isinstance(answer, dict):
        raise unexpected("JSON that is not an object")
    table, others = _primary_table(answer)
    columns = _columns(table)
    rows = _rows(table)
    if any(column.type is ScalarType.DECIMAL for column in columns):
        rows = _with_exact_decimals(rows, columns, reply)
    return Result(
        columns=columns,
        rows=_converted(columns, rows),
        partial=_partial(answer.get("error"), others),
        statistics=_mapping(answer.get("statistics")),
        render=_mapping(answer.get("render")),
    )


def _primary_table(answer: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return the table that the query asked for, and how many more there are."""
    tables = answer.get("tables")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        if isinstance(answer.get("error"), dict):
            code, words = error_words(answer["error"])
            raise LiveError(f"The service failed while it ran the query: {words}.", code)
        raise unexpected("JSON without a table in it")
    primary = next((table for table in tables if table.get("name") == _PRIMARY), tables[0])
    return primary, len(tables) - 1


def _columns(table: dict[str, Any]) -> tuple[Column, ...]:
    columns = table.get("columns")
    if not isinstance(columns, list):
        raise unexpected("a table without columns")
    result = []
    for column in columns:
        if not isinstance(column, dict) or not isinstance(column.get("name"), str):
            raise unexpected("a table with a column that has no name")
        result.append(Column(column["name"], scalar_type(str(column.get("type", "")).lower())))
    return tuple(result)


def _rows(table: dict[str, Any]) -> list[list[Any]]:
    rows = table.get("rows")
    if not isinstance(rows, list):
        raise unexpected("a table without rows")
    width = len(table["columns"])
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or len(row) != width:
            raise unexpected(f"a row {number} that does not fit the {width} columns")
    return rows


def _with_exact_decimals(rows: list[list[Any]], columns: tuple[Column, ...], reply: Reply) -> list[list[Any]]:
    """Read the body once more with all digits of its numbers, and take the decimal columns' cells from there."""
    exact = _rows(_primary_table(reply.json(parse_float=Decimal))[0])
    places = [place for place, column in enumerate(columns) if column.type is ScalarType.DECIMAL]
    for row, exact_row in zip(rows, exact, strict=True):
        for place in places:
            row[place] = exact_row[place]
    return rows


def _converted(columns: tuple[Column, ...], rows: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    readers: list[Reader] = [READERS[column.type] for column in columns]
    result = []
    for number, row in enumerate(rows, start=1):
        try:
            result.append(tuple(None if cell is None else read(cell) for read, cell in zip(readers, row, strict=True)))
        except (ValueError, OverflowError):
            raise _bad_cell(columns, readers, row, number) from None
    return tuple(result)


def _bad_cell(columns: tuple[Column, ...], readers: list[Reader], row: list[Any], number: int) -> LiveError:
    """Find the cell that could not be read."""
    for column, read, cell in zip(columns, readers, row, strict=True):
        try:
            if cell is not None:
                read(cell)
        except (ValueError, OverflowError):
            return unexpected(f"`{excerpt(str(cell))}` in row {number} of the {column.type} column `{column.name}`")
    return unexpected(f"a row {number} that can't be read")


def _partial(error: Any, others: int) -> str:
    words = []
    if isinstance(error, dict):
        code, text = error_words(error)
        words.append(f"{text} ({code})" if code else text)
    elif error:
        words.append(excerpt(str(error)))
    if others:
        tables = "table" if others == 1 else "tables"
        words.append(f"the service sent {others} more {tables}, which kqlpack does not show: run one query at a time")
    return "; ".join(words)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _quoted(reply: Reply) -> str:
    """Return the beginning of a body that is not what it should be."""
    return f", beginning `{excerpt(reply.body[:2000].decode('utf-8', 'replace'), 120)}`"
