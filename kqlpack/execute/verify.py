"""Runs the tests that packs bring along, on the embedded engine. In: a query and one of its tests. Out: `Outcome`."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kqlpack.catalog.names import suggest
from kqlpack.errors import Error, ExecutionError, UnsupportedError
from kqlpack.execute.duckdb.data import read_rows
from kqlpack.execute.fixtures import check_columns
from kqlpack.execute.rows import unknown_table
from kqlpack.execute.schemas import with_data
from kqlpack.lint import lint, select
from kqlpack.pipeline import catalog_of, prepare
from kqlpack.semantics import bind
from kqlpack.syntax import parse
from kqlpack.syntax.literals import BadLiteralError, parse_datetime, parse_timespan
from kqlpack.template import render
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.execute.result import Result
    from kqlpack.pack import Expectation, Pack, Query, Test
    from kqlpack.pipeline import Prepared

# Of rows that must not be there nobody needs to see all.
_MOST_SHOWN: Final = 5
_MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test's outcome: it passed when `failures` (sentences) is empty. `diagnostics`: why the query could not run.

    `warnings` say what is wrong with the test itself, however it ended.
    """

    query: Query
    test: Test
    failures: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    result: Result | None = None

    @property
    def passed(self) -> bool:
        """Whether the query did what the test expects."""
        return not self.failures and not self.diagnostics


def verify(pack: Pack, query: Query, test: Test) -> Outcome:
    """Run one test. A query that can't be rendered, parsed or run is a failed test, never an exception."""
    from kqlpack.execute import duckdb

    rendered = render(query, test.parameters)
    errors = tuple(one for one in rendered.diagnostics if one.severity == "error")
    if errors:
        return Outcome(query, test, diagnostics=errors)
    known = catalog_of(pack)
    try:
        rows = {
            name: read_rows(name, data.path if data.rows is None else data.rows) for name, data in test.tables.items()
        }
        columns = tuple(check_columns(query, test, rows, known))
        # Only tables that nobody knows take their columns from the test: the others must be as the service has them.
        known, _ = with_data({name: data for name, data in rows.items() if known.table(name) is None}, known)
    except Error as error:
        return Outcome(query, test, (str(error),))
    prepared = prepare(pack, query, rendered.file, rendered.map)
    bound = bind(parse(prepared.file), known)
    clock = lint(bound, query=query, pack=pack, rules=select(["test-without-now"]))
    warnings = [*(one for one in columns if one.severity != "error"), *(one for one in clock if _is_about(test, one))]
    outcome = Outcome(query, test, warnings=tuple(warnings))
    errors = tuple(prepared.relocate(one for one in bound.diagnostics if one.severity == "error"))
    errors += tuple(one for one in columns if one.severity == "error")
    if errors:
        return replace(outcome, diagnostics=errors)
    missing = [name for name in bound.tables if name not in test.tables]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        failure = f"the query reads {names}, and the test gives no rows: write `{missing[0]}: []`"
        return replace(outcome, failures=(failure,))
    try:
        result = duckdb.run(bound, rows, now=test.now)
    except (ExecutionError, UnsupportedError) as error:
        if unknown := unknown_table(bound, rows, known):
            return replace(outcome, failures=(unknown,))
        return replace(outcome, failures=(_placed(error, prepared),))
    return replace(outcome, failures=tuple(_failures(test.expect, result, query)), result=result)


def _placed(error: ExecutionError | UnsupportedError, prepared: Prepared) -> str:
    """Return why a query failed, behind its place in the author's file where one is known."""
    if error.span is None:
        return str(error)
    place = prepared.map.locate(error.span).span.start
    line, column = prepared.map.file.line_column(place)
    return f"{prepared.map.file.path}:{line}:{column}: {error}"


def _is_about(test: Test, found: Diagnostic) -> bool:
    return found.file is test.file and found.span == test.span


def _failures(expect: Expectation, result: Result, query: Query) -> list[str]:
    if expect == type(expect)():
        return ["the test expects nothing, so it can't fail: write `rows:`, `contains:`, `absent:` or `equals:`"]
    failures = []
    count = len(result.rows)
    names = [column.name for column in result.columns]
    rows = [dict(zip(names, row, strict=True)) for row in result.rows]
    if (expect.min_rows is not None and count < expect.min_rows) or (
        expect.max_rows is not None and count > expect.max_rows
    ):
        failures.append(f"{_rows(count)} came out, expected {_bounds(expect)}")
        failures.extend(f"came out: {_print(row)}" for row in rows[:_MOST_SHOWN])
        if count > _MOST_SHOWN:
            failures.append(f"... and {count - _MOST_SHOWN} more")
    for wanted in (*expect.contains, *expect.absent, *(expect.equals or ())):
        unknown = [name for name in wanted if name not in names]
        if unknown:
            failures.append(f"the result has no column `{unknown[0]}`; {_meant(unknown[0], names)}")
            return failures
    failures.extend(_not_found(wanted, rows) for wanted in expect.contains if not _matching(wanted, rows))
    failures.extend(
        f"a row came out that must not: {_print(wanted)}" for wanted in expect.absent if _matching(wanted, rows)
    )
    if expect.equals is not None:
        failures.extend(_unequal(list(expect.equals), rows))
    if query.columns is not None:
        stated = [(column.name, str(column.type)) for column in query.columns]
        actual = [(column.name, str(column.type)) for column in result.columns]
        if stated != actual:
            failures.append(f"the result's columns are {_pairs(actual)}, `columns:` says {_pairs(stated)}")
    return failures


def _meant(unknown: str, names: list[str]) -> str:
    meant = suggest(unknown, names)
    if meant:
        return f"did you mean `{meant}`?"
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"it has {', '.join(names[:_MOST_NAMED])}{more}"


def _not_found(wanted: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> str:
    """Say which row is missing, and how the row that comes nearest to it differs."""
    message = f"no row is {_print(wanted)}"
    if not rows:
        return message
    nearest = max(rows, key=lambda row: sum(_is_same(value, row[name]) for name, value in wanted.items()))
    differing = [
        f"`{name}` is {_print(nearest[name])}" for name, value in wanted.items() if not _is_same(value, nearest[name])
    ]
    return f"{message}; in the row nearest to it {', '.join(differing)}"


def _unequal(wanted: list[Mapping[str, object]], rows: list[dict[str, object]]) -> list[str]:
    left = list(rows)
    failures = []
    for row in wanted:
        match = next((one for one in left if _matches(row, one)), None)
        if match is None:
            failures.append(f"no row is {_print(row)}")
        else:
            left.remove(match)
    failures.extend(f"a row came out that was not expected: {_print(row)}" for row in left[:_MOST_SHOWN])
    return failures


def _matching(wanted: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> bool:
    return any(_matches(wanted, row) for row in rows)


def _matches(wanted: Mapping[str, object], row: Mapping[str, object]) -> bool:
    return all(_is_same(value, row[name]) for name, value in wanted.items())


def _is_same(wanted: object, cell: object) -> bool:  # noqa: PLR0911  # one case per type of cell
    """Compare what YAML says with what came out, by the type of what came out."""
    match cell:
        case Datetime():
            return _reads(parse_datetime, wanted) == cell
        case Timespan():
            return _reads(parse_timespan, wanted) == cell
        case UUID():
            return str(wanted).lower() == str(cell)
        case None:
            return wanted is None
        case bool():
            return wanted is cell
        case int() | Decimal():
            return not isinstance(wanted, bool) and isinstance(wanted, int | float) and wanted == cell
        case float():
            if isinstance(wanted, bool) or not isinstance(wanted, int | float):
                return str(wanted).lower() == str(cell).lower()
            return math.isclose(wanted, cell, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(wanted) and math.isnan(cell))
        case str():
            return (wanted if isinstance(wanted, str) else _scalar_text(wanted)) == cell
        case list() | tuple():
            return isinstance(wanted, list | tuple) and len(wanted) == len(cell) and all(map(_is_same, wanted, cell))
        case dict():
            return (
                isinstance(wanted, dict)
                and wanted.keys() == cell.keys()
                and all(_is_same(value, cell[key]) for key, value in wanted.items())
            )
    return wanted == cell


def _scalar_text(wanted: object) -> str:
    """Return what a string cell must hold where YAML wrote no string: `0` and `true` mean their text."""
    return str(wanted).lower() if isinstance(wanted, bool) else str(wanted)


def _reads(read: Any, wanted: object) -> object:
    try:
        return read(str(wanted)) if not isinstance(wanted, Datetime | Timespan) else wanted
    except BadLiteralError:
        return None


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _bounds(expect: Expectation) -> str:
    if expect.min_rows == expect.max_rows:
        return str(expect.min_rows)
    if expect.max_rows is None:
        return f"at least {expect.min_rows}"
    if expect.min_rows is None:
        return f"at most {expect.max_rows}"
    return f"{expect.min_rows} to {expect.max_rows}"


def _pairs(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name}: {type_}" for name, type_ in columns)


def _print(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
