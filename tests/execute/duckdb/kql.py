"""What the tests of the engine share: a query's rows and columns in one call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kqlpack.catalog import Catalog, load
from kqlpack.execute.duckdb import run
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.literals import parse_datetime, parse_timespan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.execute.result import Result
    from kqlpack.values import Datetime, Timespan

NOON = parse_datetime("2024-05-01T12:00:00Z")


@cache
def catalog() -> Catalog:
    """Load the catalogue once."""
    return load()


def result(text: str, tables: Mapping[str, Any] | None = None, **options: Any) -> Result:
    """Run a query; now() is 2024-05-01 12:00."""
    return run(bind(parse(SourceFile("query.kql", text)), catalog()), tables, **{"now": NOON, **options})


def rows(text: str, tables: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Return a query's rows."""
    return list(result(text, tables).rows)


def row(text: str) -> tuple[Any, ...]:
    """Return the one row of a query."""
    [only] = rows(text)
    return only


def value(expression: str) -> Any:
    """Return the value of an expression."""
    [only] = row(f"print {expression}")
    return only


def columns(text: str) -> list[str]:
    """Return the names and types of a query's columns: `x:long`."""
    return [f"{column.name}:{column.type}" for column in result(text).columns]


def names(text: str) -> list[str]:
    """Return the names of a query's columns."""
    return [column.name for column in result(text).columns]


def at(text: str) -> Datetime:
    """Read a datetime."""
    return parse_datetime(text)


def span(text: str) -> Timespan:
    """Read a timespan."""
    return parse_timespan(text)
