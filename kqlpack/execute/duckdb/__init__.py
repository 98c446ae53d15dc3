"""The embedded engine: KQL on DuckDB, in memory. In: a bound query and the tables' rows. Out: `Result`.

What the engine can't do exactly it refuses with `UnsupportedError`: a wrong answer is worse than none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.catalog.model import Column
from kqlpack.errors import KqlSyntaxError, UnsupportedError
from kqlpack.execute.duckdb.compile import Compiler
from kqlpack.execute.duckdb.faults import EngineError, explained
from kqlpack.execute.duckdb.session import Session
from kqlpack.execute.duckdb.types import converter
from kqlpack.execute.result import Result
from kqlpack.syntax.literals import literal_value
from kqlpack.syntax.nodes import (
    Literal,
    NamedParameter,
    NameList,
    NameReference,
    PipeExpression,
    RenderOperator,
    StringLiteral,
)
from kqlpack.values import Datetime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.execute.duckdb.data import TableData
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import Node

__all__ = ["run"]


def run(
    bound: Bound,
    tables: Mapping[str, TableData] | None = None,
    *,
    now: Datetime | None = None,
    row_limit: int | None = None,
) -> Result:
    """Run a query on tables: rows as mappings, or paths to csv, json, jsonl and parquet files or folders of them.

    A table of the catalogue without data is empty. `now` is what now() and ago() start from; without it, the clock.
    `row_limit` caps the rows of the result; `Result.partial` says so where it did.
    Raises KqlSyntaxError for a text that does not parse, UnsupportedError for what the engine refuses, ExecutionError.
    """
    if not bound.parsed.ok:
        raise KqlSyntaxError(bound.parsed.diagnostics)
    session = Session(bound.catalog, tables or {})
    try:
        return _run(bound, session, _ticks(now), row_limit)
    except EngineError as error:
        raise explained(error, bound.parsed.root) from error
    except RecursionError:
        raise UnsupportedError("an expression nested this deeply", bound.parsed.root.span) from None
    finally:
        session.close()


def _ticks(now: Datetime | None) -> int:
    if now is not None:
        return now.ticks
    from datetime import UTC, datetime

    return Datetime.from_datetime(datetime.now(UTC)).ticks


def _run(bound: Bound, session: Session, now: int, row_limit: int | None) -> Result:
    compiler = Compiler(bound, session, now)
    relation = compiler.query()
    text = compiler.final(relation)
    fetched = session.fetch(text if row_limit is None else f"{text} LIMIT {row_limit + 1}")
    partial = ""
    if row_limit is not None and len(fetched) > row_limit:
        fetched = fetched[:row_limit]
        partial = f"only the first {row_limit} rows are returned"
    columns = tuple(Column(field.name, field.type) for field in relation.fields)
    sql = ";\n".join([*session.statements, text]) + ";"
    return Result(columns, _rows(relation, fetched), partial=partial, render=_render(bound), sql=sql)


def _rows(relation: Relation, fetched: list[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    if not relation.fields:
        return tuple(() for _ in fetched)
    converters = [converter(field.type) for field in relation.fields]
    if not any(converters):
        return tuple(fetched)
    return tuple(
        tuple(
            value if value is None or convert is None else convert(value)
            for value, convert in zip(row, converters, strict=True)
        )
        for row in fetched
    )


def _render(bound: Bound) -> dict[str, Any]:
    """Return what `render` asks for."""
    statements = bound.parsed.root.statements
    last = getattr(statements[-1], "expression", None) if statements else None
    if not isinstance(last, PipeExpression) or not isinstance(last.operator, RenderOperator):
        return {}
    found: dict[str, Any] = {"visualization": last.operator.chart.name}
    for each in last.operator.properties:
        if isinstance(each, NamedParameter):
            found[each.name.name] = _setting(each.value)
    return found


def _setting(node: Node) -> Any:
    if isinstance(node, StringLiteral):
        return node.value
    if isinstance(node, NameReference):
        return node.name
    if isinstance(node, NameList):
        return [_setting(name) for name in node.names]
    return literal_value(node) if isinstance(node, Literal) else None
