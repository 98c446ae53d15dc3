"""A pack as values. In: nothing. Out: `Pack`, `Query`, `Parameter`, `Test`, ...: the format, version 1, in Python.

What stands in a file keeps its `node`, so that a finding can point at any key: `query.node.key_span("severity")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from kqlpack.errors import RenderError
from kqlpack.source import Span

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from kqlpack.catalog.model import Column
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.pack.document import MappingNode
    from kqlpack.pack.value import Value, ValueType
    from kqlpack.source import SourceFile, SourceMap
    from kqlpack.values import Datetime

Row: TypeAlias = Mapping[str, object]
# What turns a query and its values into text; pipeline.py hands it in, for rendering is a stage above this one.
Renderer: TypeAlias = Callable[["Query", Mapping[str, object]], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A declared parameter. `min`, `max`, `allowed` and `pattern` hold for a list's items.

    `node` is the declaration that a query sees first: its own, else the pack's.
    """

    name: str
    type: ValueType
    default: Value | None = None
    description: str = ""
    min: Value | None = None
    max: Value | None = None
    allowed: tuple[Value, ...] = ()
    pattern: str = ""
    min_items: int | None = None
    max_items: int | None = None
    secret: bool = False
    examples: tuple[Value, ...] = ()
    span: Span = field(default=Span(0, 0))
    file: SourceFile | None = None
    node: MappingNode | None = None

    @property
    def is_required(self) -> bool:
        """Whether the caller must give a value."""
        return self.default is None


@dataclass(frozen=True, slots=True, eq=False)
class TableSchema:
    """A table that the pack declares. `retention` is as written (`30d`)."""

    name: str
    columns: tuple[Column, ...]
    plan: str = ""
    retention: str = ""
    node: MappingNode | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Watchlist:
    """A watchlist that the pack's queries read."""

    name: str
    columns: tuple[Column, ...]
    node: MappingNode | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity mapping: the fields of an entity type, each with the result's column that fills it."""

    type: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publish:
    """Which artefacts a query becomes; a target that is None (or False) is not asked for.

    Targets are plain mappings of the format's own keys, checked by `kqlpack.pack.format`.
    """

    saved_search: Mapping[str, Any] | None = None
    function: Mapping[str, Any] | None = None
    query_pack: Mapping[str, Any] | None = None
    hunting: bool = False
    alert: Mapping[str, Any] | None = None
    sentinel_rule: Mapping[str, Any] | None = None
    node: MappingNode | None = field(default=None, compare=False, repr=False)

    @property
    def targets(self) -> tuple[str, ...]:
        """The names of the targets that are asked for; none keeps the query from being published."""
        named = ("saved_search", "function", "query_pack", "alert", "sentinel_rule")
        return (*(name for name in named if getattr(self, name) is not None), *(("hunting",) if self.hunting else ()))


@dataclass(frozen=True, slots=True)
class TableData:
    """A test's table: rows written in the YAML, or a file of them."""

    name: str
    rows: tuple[Row, ...] | None = None
    path: Path | None = None
    span: Span = field(default=Span(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a test's result must be. `min_rows` and `max_rows` None: any number."""

    min_rows: int | None = None
    max_rows: int | None = None
    contains: tuple[Row, ...] = ()
    absent: tuple[Row, ...] = ()
    equals: tuple[Row, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """A query's test. `now` is the clock that `now()` and `ago()` follow."""

    __test__ = False  # not one of pytest's

    name: str
    file: SourceFile
    span: Span
    now: Datetime | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)
    tables: Mapping[str, TableData] = field(default_factory=dict)
    expect: Expectation = field(default=Expectation())
    node: MappingNode | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A query. `text` is its template, `map` leads from there to the YAML file (and knows the scalar's notation).

    `parameters` are all that the template may name: the pack's, narrowed and joined by the query's own, which
    `own_parameters` names. `faulty_parameters` are declared so that they can't be used, which is told there (`*`: all
    that are not known). `is_template` False: braces in `text` mean nothing (other people's files).
    `markers`: in other people's files, the names that `{braces}` in the text may hold (a workbook's parameters), with
    what is known of their values; None where braces mean nothing. `dialect`: where it runs, if the pack does not say.
    `columns` None: no contract. `allow_raw`: the reason why `| raw` may be used, or empty. `review_by`: the day by
    which somebody should look at it again. `max_cost`: the budget that cost-budget holds it to, instead of the pack's.
    `macros` are the files that the template may import, by name; `macros_within` those that a file of macros of a pack
    that is required may import in turn, by that file's path.
    """

    id: str
    text: str
    map: SourceMap
    title: str = ""
    description: str = ""
    severity: str = ""
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    timespan: str = ""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    own_parameters: tuple[str, ...] = ()
    faulty_parameters: frozenset[str] = frozenset()
    columns: tuple[Column, ...] | None = None
    entities: tuple[Entity, ...] = ()
    publish: Publish | None = None
    tests: tuple[Test, ...] = ()
    examples: tuple[Mapping[str, Value], ...] = ()
    allow_raw: str = ""
    review_by: date | None = None
    max_cost: int | None = None
    macros: Mapping[str, SourceFile] = field(default_factory=dict)
    macros_within: Mapping[str, Mapping[str, SourceFile]] = field(default_factory=dict)
    is_template: bool = True
    dialect: str = ""
    markers: Mapping[str, str] | None = None
    span: Span = field(default=Span(0, 0))
    node: MappingNode | None = None
    _renderer: Renderer | None = field(default=None, repr=False)

    @property
    def file(self) -> SourceFile:
        """The file that the query stands in."""
        return self.map.file

    def has_faulty(self, name: str) -> bool:
        """Tell whether a name that the template uses is a parameter whose declaration is faulty."""
        return name not in self.parameters and not self.faulty_parameters.isdisjoint((name, "*"))

    def render(self, values: Mapping[str, object] | None = None) -> Any:
        """Render the query. Raises RenderError, with diagnostics, when that can't be done."""
        if self._renderer is None:
            raise RuntimeError("the pack was loaded without a renderer")
        rendered = self._renderer(self, values or {})
        errors = [found for found in rendered.diagnostics if found.severity == "error"]
        if errors:
            raise RenderError(errors)
        return rendered


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A saved function that the pack publishes. `parameters` as KQL declares them: name, type, default as KQL text."""

    name: str
    body: Query
    parameters: tuple[tuple[str, str, str | None], ...] = ()
    title: str = ""
    description: str = ""
    category: str = ""
    span: Span = field(default=Span(0, 0))
    node: MappingNode | None = None


@dataclass(frozen=True, slots=True)
class Maintainer:
    """Who to ask."""

    name: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What the pack needs: a range of kqlpack versions, and other packs by name and range."""

    kqlpack: str = ""
    packs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """A query of other people's file that can't be looked at, and why."""

    file: SourceFile
    reason: str
    name: str = ""

    @property
    def place(self) -> str:
        """The file's path, with the query's name where it has one."""
        return f"{self.file.path} ({self.name})" if self.name else self.file.path


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A pack, or what could be read of it. `queries` by id, in the pack's order.

    `files` are all YAML files that were read, `file` the one with the pack's own keys. `path` is its folder, or the
    file itself when the pack is one file. `is_foreign`: it was made from a file of another format,
    `unread` being what of it could not be looked at.

    `dependencies` are the packs that it requires and those that they require, the nearest first. `unresolved` are names
    of packs that it requires and does not have, or does not have in full: what they give is not known.
    """

    path: Path
    file: SourceFile
    name: str = ""
    version: str = ""
    title: str = ""
    description: str = ""
    log_source: str = ""
    dialect: str = ""
    license: str = ""
    maintainers: tuple[Maintainer, ...] = ()
    tags: tuple[str, ...] = ()
    review_by: date | None = None
    max_cost: int | None = None
    requires: Requirements = field(default=Requirements())
    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    watchlists: Mapping[str, Watchlist] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    queries: Mapping[str, Query] = field(default_factory=dict)
    macros: Mapping[str, SourceFile] = field(default_factory=dict)
    files: tuple[SourceFile, ...] = ()
    unread: tuple[Unread, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    is_foreign: bool = False
    dependencies: tuple[Pack, ...] = ()
    unresolved: frozenset[str] = frozenset()
    node: MappingNode | None = None

    @property
    def visible_functions(self) -> Mapping[str, Function]:
        """The functions that its queries may call: its own, and those of packs that it requires; the nearest wins."""
        return self._visible("functions")

    @property
    def visible_tables(self) -> Mapping[str, TableSchema]:
        """The tables that it or a pack that it requires declares; the nearest wins."""
        return self._visible("tables")

    @property
    def visible_watchlists(self) -> Mapping[str, Watchlist]:
        """The watchlists that it or a pack that it requires declares; the nearest wins."""
        return self._visible("watchlists")

    def _visible(self, key: str) -> Mapping[str, Any]:
        found: dict[str, Any] = dict(getattr(self, key))
        for pack in self.dependencies:
            found = {**getattr(pack, key), **found}
        return found
