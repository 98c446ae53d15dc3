"""Running queries, embedded or live. In: bound queries or texts. Out: `Result`. Heavy libraries wait until used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.errors import ExecutionError, KqlSyntaxError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kqlpack.execute.result import Result
    from kqlpack.values import Datetime

__all__ = ["run"]


def run(text: str, tables: Mapping[str, Any] | None = None, now: datetime | Datetime | str | None = None) -> Result:
    """Run KQL on the embedded engine.

    `tables` maps names to rows (mappings of columns to values), a pandas or Arrow table, or a path to csv, json, jsonl
    or parquet; columns get the bundled catalogue's types where it knows the table. `now` is what `now()` and `ago()`
    count from. Raises KqlSyntaxError for a text that is not KQL or names what does not exist, UnsupportedError for what
    the engine does not do, ExecutionError for a table without data, data that can't be read, and a query that fails.
    """
    from kqlpack.execute import duckdb
    from kqlpack.execute.clock import read_clock
    from kqlpack.execute.rows import unknown_table
    from kqlpack.execute.schemas import with_data
    from kqlpack.pipeline import analyze_text
    from kqlpack.source import SourceFile

    given = dict(tables or {})
    known, given = with_data(given)
    bound = analyze_text(SourceFile("<text>", text), known)
    errors = [one for one in bound.diagnostics if one.severity == "error"]
    if errors:
        if bound.parsed.ok and (unknown := unknown_table(bound, given, known)):
            raise ExecutionError(unknown)
        raise KqlSyntaxError(errors)
    for name in bound.tables:
        if name not in given:
            # A table that was forgotten must not pass for one without rows.
            message = f"the query reads `{name}`, for which no rows were given: pass tables={{{name!r}: []}}"
            raise ExecutionError(message)
    return duckdb.run(bound, given, now=read_clock(now))
