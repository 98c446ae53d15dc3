"""`kqlpack run`: executes a query, on data beside it or in a live workspace."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack.cli.output import formats, write
from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.plain import read_plain
from kqlpack.cli.queries import Findings, find_query, read_values, render_query, split_name
from kqlpack.cli.streams import Stopped
from kqlpack.diagnostics import relocate
from kqlpack.errors import ExecutionError, LiveError, UnsupportedError
from kqlpack.execute.clock import read_clock
from kqlpack.pack.foreign import KQL_SUFFIXES
from kqlpack.pipeline import analyze_text, prepare
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import FindOperator, NameReference, SearchOperator, StringLiteral, WildcardedName, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.catalog import Catalog
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.execute.result import Result
    from kqlpack.pack import Pack
    from kqlpack.semantics import Bound
    from kqlpack.source import SourceFile, SourceMap, Span
    from kqlpack.values import Datetime

PARTIAL: Final = 3
DATA_SUFFIXES: Final = frozenset({".csv", ".json", ".jsonl", ".ndjson", ".parquet"})
# What a query without its own timespan looks at in a live workspace: never everything by accident.
DEFAULT_TIMESPAN: Final = "P1D"


@click.command("run")
@click.argument("name", metavar="PACK:QUERY|FILE.kql[:N]|-")
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter's value; repeatable.")
@click.option("--params", "file", metavar="FILE", help="Values from a YAML or JSON file.")
@click.option(
    "--data",
    multiple=True,
    metavar="PATH",
    help="Run on the embedded engine: files named after their tables (csv, json, jsonl, parquet), or folders of them.",
)
@click.option("--now", metavar="TIME", help="With --data: what now() and ago() count from.")
@click.option("--workspace", metavar="ID", help="Run live: the workspace's GUID.")
@click.option(
    "--timespan",
    metavar="SPAN",
    help=f"With --workspace: ISO 8601, or `all`.  [default: the query's, else {DEFAULT_TIMESPAN}]",
)
@click.option(
    "--endpoint", envvar="KQLPACK_ENDPOINT", metavar="URL", help="With --workspace: another address of the query API."
)
@click.option("--allow-partial", is_flag=True, help="Exit with 0 even when the service gave only part of the answer.")
@click.option("--format", "format_", type=click.Choice(formats()), default="table", show_default=True)
@click.option("--show-sql", is_flag=True, help="With --data: print the SQL that runs, and run it.")
@pack_path_option
def command(  # noqa: PLR0913, PLR0917  # an option each
    name: str,
    given: tuple[str, ...],
    file: str | None,
    data: tuple[str, ...],
    now: str | None,
    workspace: str | None,
    timespan: str | None,
    endpoint: str | None,
    allow_partial: bool,
    format_: str,
    show_sql: bool,
    pack_path: tuple[Path, ...],
) -> int:
    """Run a query and print its result.

    With --data on the embedded engine: no workspace, no network. With --workspace in Log Analytics, signed in through
    azure-identity, or with the token in KQLPACK_ACCESS_TOKEN. FILE.kql:2 is the second query of a file of several.

    \b
    Examples:
      kqlpack run packs/entra-signins:password-spray --data examples/data --now 2026-03-02T12:00:00Z
      kqlpack run query.kql --workspace 00000000-0000-0000-0000-000000000000 --timespan P7D
      kqlpack run packs/entra-signins:mfa-fatigue -p lookback=7d --workspace ... --format csv
    """
    if bool(data) == bool(workspace):
        raise click.UsageError("say where to run: --data PATH for the embedded engine, or --workspace ID")
    if data and timespan:
        raise click.UsageError(
            "--timespan goes with --workspace: of --data a query sees all rows that it does not filter"
        )
    if workspace and (now or show_sql):
        raise click.UsageError(f"{'--now' if now else '--show-sql'} goes with --data, not with --workspace")
    _refuse(workspace, now=now, show_sql=show_sql, timespan=timespan, allow_partial=allow_partial)
    text = _read(name, given, file, pack_path)
    if workspace:
        result = _run_live(text, workspace, timespan or text.timespan or DEFAULT_TIMESPAN, endpoint)
    else:
        result = _run_embedded(text, data, read_clock(now))
        if show_sql:
            hidden = "kqlpack: the SQL is not shown, for it holds the value of a secret parameter"
            click.echo(hidden if text.holds_secret else result.sql, err=True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # CSV has line ends of its own; Python would make three characters of them on Windows.
        sys.stdout.reconfigure(newline="")
    write(result, format_, sys.stdout)
    if result.note and format_ != "table":
        click.echo(result.note, err=True)
    if result.partial:
        click.echo(f"kqlpack: PARTIAL RESULT: {result.partial}", err=True)
        return 0 if allow_partial else PARTIAL
    return 0


def _refuse(workspace: str | None, **options: object) -> None:
    """Refuse the options that mean nothing where the query runs, rather than pass them over."""
    only = ("now", "show_sql") if workspace else ("timespan", "allow_partial")
    for name in only:
        if options[name]:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} goes with {'--data' if workspace else '--workspace'}, and is no use here")


class _Text:
    """A text to run, and how its places lead back to the author's file."""

    def __init__(
        self,
        file: SourceFile,
        source_map: SourceMap,
        timespan: str = "",
        pack: Pack | None = None,
        *,
        holds_secret: bool = False,
    ) -> None:
        self.holds_secret = holds_secret
        self.file = file
        self.map = source_map
        self.timespan = timespan
        self.pack = pack

    def place(self, span: Span) -> str:
        """Return `path:line:column` of a place of the text."""
        line, column = self.map.file.line_column(self.map.locate(span).span.start)
        return f"{self.map.file.path}:{line}:{column}"


def _read(name: str, given: tuple[str, ...], file: str | None, pack_path: tuple[Path, ...]) -> _Text:
    path, query_id = split_name(name)
    if name == "-" or Path(path).suffix.lower() in KQL_SUFFIXES:
        if given or file:
            raise click.UsageError("a file of plain KQL takes no parameters; make it a query of a pack")
        part = read_plain(path, query_id)
        return _Text(part.file, part.map)
    pack, query = find_query(name, pack_path)
    rendered = render_query(query, read_values(query, given, file))
    prepared = prepare(pack, query, rendered.file, rendered.map)
    return _Text(prepared.file, prepared.map, query.timespan, pack, holds_secret=bool(rendered.secrets))


def _catalog(text: _Text) -> Catalog:
    from kqlpack import catalog as catalogs
    from kqlpack.pipeline import catalog_of

    return catalog_of(text.pack) if text.pack else catalogs.load()


def _bind(text: _Text, known: Catalog) -> tuple[Bound, list[Diagnostic]]:
    """Return the bound query and what is wrong with its names. A syntax error stops the command."""
    bound = analyze_text(text.file, known)
    errors = [relocate(one, text.file, text.map) for one in bound.diagnostics if one.severity == "error"]
    if not bound.parsed.ok:
        raise Findings(errors)
    return bound, errors


# ---- embedded --------------------------------------------------------------------------------------------------------


def _run_embedded(text: _Text, data: tuple[str, ...], now: Datetime | None) -> Result:
    from kqlpack.execute import duckdb
    from kqlpack.execute.rows import unknown_table
    from kqlpack.execute.schemas import with_data

    files = _tables(data)
    tables = {name: files[name] for name in sorted(_wanted(text.file, files))}
    known, rows = with_data(tables, _catalog(text))
    bound, errors = _bind(text, known)
    if errors:
        if unknown := unknown_table(bound, rows, known):
            raise Stopped(unknown)
        raise Findings(errors)
    missing = [name for name in bound.tables if name not in files]
    if missing:
        has = ", ".join(sorted(files)) or "no table"
        hint = f"put a file such as {missing[0]}.csv there (an empty one counts as an empty table); --data has {has}"
        raise Stopped(f"the query reads `{missing[0]}`, for which --data has no file; {hint}")
    try:
        return duckdb.run(bound, rows, now=now)
    except UnsupportedError as error:
        hint = "run it with --workspace, or leave that out"
        raise Stopped(f"{text.place(error.span)}: {error}; {hint}") from None
    except ExecutionError as error:
        place = f"{text.place(error.span)}: " if error.span else ""
        raise Stopped(f"{place}{error}") from None


def _tables(data: tuple[str, ...]) -> dict[str, Path]:
    """Return the files and folders of data by the tables that they are named after."""
    tables: dict[str, Path] = {}
    for given in data:
        path = Path(given)
        if not _exists(path):
            raise Stopped(f"--data `{given}`: there is no such file or folder")
        for one in sorted(path.iterdir()) if path.is_dir() else [path]:
            if one.name.startswith(".") or not _holds_data(one):
                continue
            if one.stem in tables:
                raise Stopped(f"--data has two tables `{one.stem}`: {tables[one.stem]} and {one}; leave one out")
            tables[one.stem] = one
    if not tables:
        raise Stopped("--data holds no table: name files after their tables, such as SigninLogs.csv")
    return tables


def _holds_data(path: Path) -> bool:
    if path.is_dir():
        return any(one.suffix.lower() in DATA_SUFFIXES for one in path.iterdir())
    return path.suffix.lower() in DATA_SUFFIXES


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False  # longer than a name may be


def _wanted(file: SourceFile, tables: Mapping[str, Path]) -> set[str]:
    """Return the tables that a query may read: what it does not name is not looked at, whatever is in it."""
    root = parse(file).root
    if any(isinstance(node, WildcardedName | SearchOperator | FindOperator) for node in walk(root)):
        return set(tables)
    names = {node.name for node in walk(root) if isinstance(node, NameReference)}
    texts = {node.value for node in walk(root) if isinstance(node, StringLiteral)}
    return (names | texts) & set(tables)


# ---- live ------------------------------------------------------------------------------------------------------------


def _run_live(text: _Text, workspace: str, timespan: str, endpoint: str | None) -> Result:
    from kqlpack.execute import azure

    _, errors = _bind(text, _catalog(text))
    for one in errors:
        # The workspace may know tables, columns and functions that nobody here has heard of: it has the last word.
        line, column = one.file.line_column(one.span.start)
        click.echo(f"kqlpack: {one.file.path}:{line}:{column}: {one.message}, as far as is known here", err=True)
    click.echo(f"timespan: {timespan}", err=True)
    try:
        return azure.run(
            text.file.text,
            workspace=workspace,
            timespan=None if timespan == "all" else timespan,
            endpoint=endpoint,
            token=os.environ.get("KQLPACK_ACCESS_TOKEN") or None,
        )
    except LiveError as error:
        raise Stopped(f"{_live_place(text, error)}{error}") from None


def _live_place(text: _Text, error: LiveError) -> str:
    from kqlpack.source import Span

    if error.line is None or not 1 <= error.line <= len(text.file.line_starts):
        return ""
    start = text.file.line_starts[error.line - 1] + max((error.column or 1) - 1, 0)
    return f"{text.place(Span(start, start + 1))}: "
