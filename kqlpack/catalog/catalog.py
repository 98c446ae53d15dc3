"""The catalogue's door: what KQL and a workspace offer. In: names. Out: `Table`, `Function`, facts, suggestions.

The data lies in `data/` and is read when it is first asked for, and no more of it than the question needs:

* `tables.bin`, `facts.bin`: a line per table, in compressed blocks (`rows.py`); written by tools/build_catalog.py
* `kusto.tsv`: the language's functions, aggregates and plugins (`functions.py`); written by tools/build_catalog.py
* `azure_monitor.tsv`: functions that Azure Monitor, Sentinel and Defender add; written by hand
* `descriptions.tsv`: a line on what each function does; written by hand
* `dialects.tsv`: what the places that run KQL lack (`dialects.py`); written by hand
* `log_sources.tsv`: which of an Azure responder's five sources a table belongs to; written by hand
* `case.tsv`: columns whose text comes in different cases, beyond what the facts say; written by hand
* `attack.tsv`: tactics and techniques of MITRE ATT&CK (`attack.py`)
* `asim.tsv`: which table has the columns that a parser of ASIM yields; written by hand
* `more_tables.tsv`: tables that the reference lacks (`tables.py`); written by hand, and preferred over `tables.bin`
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.catalog import names
from kqlpack.catalog.dialects import Dialect
from kqlpack.catalog.facts import ColumnFacts, TableFacts, column_facts, table_facts
from kqlpack.catalog.functions import FunctionRow, function_from_text
from kqlpack.catalog.model import Function, Table
from kqlpack.catalog.rows import Rows
from kqlpack.catalog.tables import is_writable, table_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kqlpack.catalog.model import Column
    from kqlpack.catalog.profile import Profile

DATA = Path(__file__).parent / "data"

# Endings that Azure keeps for tables that a workspace makes itself: custom logs, results of search jobs, restored logs.
# Nobody but the workspace knows their columns. Source: Azure Monitor's pages on search jobs, restore and custom tables.
_WORKSPACE_TABLE = re.compile(r"\w+_(?:CL|SRCH|RST)")

# The parsers of the Advanced Security Information Model and Sentinel's own functions: there are hundreds, each
# workspace may add some, and they differ by version. Source: the Microsoft Sentinel pages on ASIM parsers.
_SENTINEL_FUNCTION = re.compile(r"(?:_Im_|_ASim|_ASIM_|_Get|ASim|v?im(?=[A-Z]))\w+")

# Such a parser's name: `_Im_Dns`, `imDns`, `vimDnsInfobloxNIOS`, `_ASim_Dns`, `ASimDns`.
_ASIM_PARSER = re.compile(r"(?:_Im_|_ASim_|ASim|v?im)(?P<rest>[A-Z]\w+)")

# Flags of columns that hold what people wrote, and columns that hold the names of resources.
_WRITTEN = frozenset({"identifier", "free_text", "attacker_controlled"})
_RESOURCE_COLUMNS = frozenset({"_ResourceId", "ResourceId", "ResourceGroup", "OperationNameValue"})

# The category of tables that a resource's diagnostic setting writes.
_RESOURCES = "Azure Resources"

_TABLES_NAMED = 5


class Catalog:
    """Tables and functions by name. A value: nothing changes it, `with_tables` makes another one."""

    __slots__ = ("_own", "_watchlists", "dialect", "is_dialect_chosen", "profile")

    def __init__(
        self,
        own: Mapping[str, Table] | None = None,
        watchlists: Mapping[str, Sequence[Column]] | None = None,
        dialect: Dialect | None = None,
        profile: Profile | None = None,
    ) -> None:
        """Take tables that come before the bundled ones of the same name, and the columns of watchlists by alias.

        `dialect` None: nobody says where queries run, so Log Analytics is assumed. `profile`: what is known of the
        workspace, if anything.
        """
        self.profile = profile
        self.dialect = dialect or Dialect.LOG_ANALYTICS
        self.is_dialect_chosen = dialect is not None
        self._own: dict[str, Table] = dict(own or {})
        self._watchlists: dict[str, Sequence[Column]] = dict(watchlists or {})

    def table(self, name: str) -> Table | None:
        """Return the table of exactly this name; an open one for a workspace's own (`X_CL`) of unknown columns."""
        if name in self._own:
            return self._own[name]
        if not self.dialect.has_catalogue:
            return Table(name, (), is_open=True)
        if (found := _bundled_table(name)) is not None:
            return found
        return Table(name, (), is_open=True) if _WORKSPACE_TABLE.fullmatch(name) else None

    def table_names(self) -> Sequence[str]:
        """Return the names of all tables, sorted."""
        return sorted({*_bundled_table_names(), *self._own}) if self._own else _bundled_table_names()

    def tables_with_column(self, column: str) -> Sequence[str]:
        """Return up to five tables that have a column of exactly this name, a pack's own first. Slow: it reads all."""
        own = sorted(name for name, table in self._own.items() if any(each.name == column for each in table.columns))
        bundled = (name for name in _bundled_tables_with(column) if name not in self._own)
        return [*own, *bundled][:_TABLES_NAMED]

    def with_tables(self, tables: Iterable[Table]) -> Catalog:
        """Return a catalogue that has these tables too, in place of those of the same name."""
        return Catalog(
            {**self._own, **{table.name: table for table in tables}}, self._watchlists, self._chosen(), self.profile
        )

    def with_watchlists(self, watchlists: Mapping[str, Sequence[Column]]) -> Catalog:
        """Return a catalogue that knows the columns of these watchlists, by their aliases."""
        return Catalog(self._own, {**self._watchlists, **watchlists}, self._chosen(), self.profile)

    def _chosen(self) -> Dialect | None:
        return self.dialect if self.is_dialect_chosen else None

    def with_dialect(self, dialect: Dialect) -> Catalog:
        """Return the catalogue as another place that runs KQL sees it."""
        return Catalog(self._own, self._watchlists, dialect, self.profile)

    def with_profile(self, profile: Profile) -> Catalog:
        """Return the catalogue as a workspace of this profile has it: with its columns and watchlists."""
        own = {
            name: Table(name, table.columns, is_open=not table.columns)
            for name, table in profile.tables.items()
            if table.columns is not None and name not in self._own
        }
        watchlists = {**profile.watchlists, **self._watchlists}
        return Catalog({**self._own, **own}, watchlists, self._chosen(), profile)

    def watchlist(self, alias: str) -> Table | None:
        """Return what `_GetWatchlist` yields for an alias whose columns are known: those, behind Sentinel's own."""
        columns = self._watchlists.get(alias)
        function = self.function("_GetWatchlist")
        standard = self.result_table(function) if function is not None else None
        if columns is None or standard is None:
            return None
        names = {column.name for column in columns}
        return Table(alias, (*(column for column in standard.columns if column.name not in names), *columns))

    def asim_table(self, function: str) -> Table | None:
        """Return the columns that a parser of ASIM yields, by its name; open, since parsers add more."""
        match = _ASIM_PARSER.fullmatch(function)
        schema = next((name for name in _asim_schemas() if match["rest"].startswith(name)), None) if match else None
        table = self.table(_asim_schemas()[schema]) if schema is not None else None
        return Table(function, table.columns, is_open=True) if table is not None else None

    def function(self, name: str) -> Function | None:
        """Return the scalar or tabular function of exactly this name."""
        return _function("function", name)

    def aggregate(self, name: str) -> Function | None:
        """Return the aggregate function of exactly this name."""
        return _function("aggregate", name)

    def plugin(self, name: str) -> Function | None:
        """Return the plugin (what `evaluate` calls) of exactly this name."""
        return _function("plugin", name)

    def function_names(self) -> Sequence[str]:
        """Return the names of all functions and aggregates that one should write: none that is deprecated."""
        return _functions_to_suggest()

    def plugin_names(self) -> Sequence[str]:
        """Return the names of all plugins, sorted."""
        return sorted(_function_lines()["plugin"])

    def result_table(self, function: Function) -> Table | None:
        """Return the columns that a tabular function or a plugin yields; None where they depend on what it reads."""
        row = _row(_group(function.kind.value), function.name)
        return row.result if row else None

    def description(self, function: str) -> str:
        """Return what a function, an aggregate or a plugin does, in a line; empty where there is none."""
        return _descriptions().get(function, "")

    def is_known_function_name(self, name: str) -> bool:
        """Tell whether a call of this name may be right: a function, an aggregate, or named like an ASIM parser."""
        return (
            name in _function_lines()["function"]
            or name in _function_lines()["aggregate"]
            or _SENTINEL_FUNCTION.fullmatch(name) is not None
            or (self.profile is not None and name in self.profile.functions)
        )

    def table_facts(self, name: str) -> TableFacts | None:
        """Return what is known about a table beyond its columns: category, resource types, deprecation, page."""
        row = _facts().get(name)
        return None if row is None else table_facts(name, row)

    def log_source(self, name: str) -> str:
        """Return which of the five sources a table belongs to; empty where nobody says.

        They are tenant, subscription, resource, operating-system and application.
        """
        if self.table(name) is None:
            return ""
        for pattern, source in _log_sources():
            if pattern == name or (pattern.endswith("*") and name.startswith(pattern[:-1])):
                return source
        facts = self.table_facts(name)
        return "resource" if facts is not None and _RESOURCES in facts.category else ""

    def time_column(self, name: str) -> str:
        """Return the name of a table's column of time; empty where it has none that is known."""
        table = self.table(name)
        columns = {column.name for column in table.columns} if table is not None else set()
        return next((column for column in ("TimeGenerated", "Timestamp", "timestamp") if column in columns), "")

    def column_facts(self, table: str, column: str) -> ColumnFacts | None:
        """Return what is known about a column beyond its type; what holds for it in every table, if nothing closer."""
        return _column_facts(table).get(column) or _column_facts("*").get(column)

    def varies_in_case(self, table: str, column: str) -> bool:
        """Tell whether a column holds names or texts that somebody wrote, whose case differs from row to row.

        Words of the service's own (operations, categories) are not among them, though their case may differ too.
        """
        for pattern, name in _case_varies():
            if name == column and (table.startswith(pattern[:-1]) if pattern.endswith("*") else table == pattern):
                return True
        facts = self.column_facts(table, column)
        if facts is None or facts.case != "varying":
            return False
        return column in _RESOURCE_COLUMNS or not facts.flags.isdisjoint(_WRITTEN)

    def suggest_table(self, name: str) -> str | None:
        """Return the table that a wrong name most likely stands for, or None if none is close."""
        return names.suggest(name, self.table_names())

    def suggest_function(self, name: str) -> str | None:
        """Return the function or aggregate that a wrong name most likely stands for; never a deprecated one."""
        return names.suggest(name, _functions_to_suggest())

    def suggest(self, name: str, candidates: Iterable[str]) -> str | None:
        """Return the candidate that a wrong name most likely stands for, or None if none is close."""
        return names.suggest(name, candidates)


@cache
def load() -> Catalog:
    """Return the bundled catalogue; the same one each time. Reads nothing yet."""
    return Catalog()


# ---- the bundled data ------------------------------------------------------------------------------------------------


def _text_lines(file: str) -> Iterator[str]:
    """Go through a text file's lines, without those that are empty or begin with #."""
    for line in (DATA / file).read_text(encoding="utf-8").split("\n"):
        if line and not line.startswith("#"):
            yield line


@cache
def _tables() -> Rows:
    return Rows((DATA / "tables.bin").read_bytes())


@cache
def _more_tables() -> dict[str, str]:
    return {line.partition("\t")[0]: line for line in _text_lines("more_tables.tsv")}


@cache
def _facts() -> Rows:
    return Rows((DATA / "facts.bin").read_bytes())


@cache
def _descriptions() -> dict[str, str]:
    return dict(line.split("\t", 1) for line in _text_lines("descriptions.tsv"))


@cache
def _log_sources() -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in _text_lines("log_sources.tsv"))
    return [(name, source) for name, source, _ in rows]


@cache
def _case_varies() -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in _text_lines("case.tsv"))
    return [(table, column) for table, column, _ in rows]


@cache
def _asim_schemas() -> dict[str, str]:
    """Return the tables of ASIM's schemas, by the schemas' names."""
    rows = (line.split("\t") for line in _text_lines("asim.tsv"))
    return {schema: table for schema, table, _ in rows}


_parsed_tables: dict[str, Table] = {}


def _bundled_table(name: str) -> Table | None:
    # Not functools.cache: names that don't exist would pile up in a process that stays.
    if name not in _parsed_tables:
        line = _more_tables().get(name) or _tables().get(name)
        if line is None:
            return None
        _parsed_tables[name] = table_from_text(line)
    return _parsed_tables[name]


@cache
def _bundled_table_names() -> tuple[str, ...]:
    return tuple(sorted({*_tables(), *_more_tables()}))


@cache
def _all_tables() -> str:
    return "\n".join(_more_tables().get(name) or _tables().get(name) or "" for name in _bundled_table_names())


def _bundled_tables_with(column: str) -> Iterator[str]:
    if not is_writable(column):
        return
    # A thousand tables are searched: how a column is written in a line is looked for, and no line is parsed.
    text, written = _all_tables(), f"{column}:"
    place = text.find(written)
    while place >= 0:
        if text[place - 1] in "\t,":
            start = text.rfind("\n", 0, place) + 1
            yield text[start : text.index("\t", start)]
        place = text.find(written, place + 1)


def _column_facts(table: str) -> dict[str, ColumnFacts]:
    row = _facts().get(table)
    return _parsed_column_facts(row) if row else {}


@cache
def _parsed_column_facts(row: str) -> dict[str, ColumnFacts]:
    return column_facts(row)


def _group(kind: str) -> str:
    return {"aggregate": "aggregate", "plugin": "plugin"}.get(kind.partition(" ")[0], "function")


@cache
def _function_lines() -> dict[str, dict[str, str]]:
    """Return the lines of functions, aggregates and plugins, by name, not parsed yet."""
    lines: dict[str, dict[str, str]] = {"function": {}, "aggregate": {}, "plugin": {}}
    for file in ("kusto.tsv", "azure_monitor.tsv"):
        for line in _text_lines(file):
            name, kind, _ = line.split("\t", 2)
            lines[_group(kind)][name] = line
    return lines


_parsed_functions: dict[tuple[str, str], FunctionRow] = {}


def _row(group: str, name: str) -> FunctionRow | None:
    if (group, name) not in _parsed_functions:
        line = _function_lines()[group].get(name)
        if line is None:
            return None
        _parsed_functions[group, name] = function_from_text(line)
    return _parsed_functions[group, name]


def _function(group: str, name: str) -> Function | None:
    row = _row(group, name)
    return row.function if row else None


@cache
def _functions_to_suggest() -> tuple[str, ...]:
    found = [(name, _row(group, name)) for group in ("function", "aggregate") for name in _function_lines()[group]]
    return tuple(
        sorted({name for name, row in found if row and not row.is_hidden and row.function.replacement is None})
    )
