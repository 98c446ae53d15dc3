"""What the binder's tests share: a catalogue of made-up tables, and outcomes as short texts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from kqlpack.catalog import Catalog, Column, Table, load, scalar_type
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.nodes import NameReference, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kqlpack.semantics import Bound, Schema, Symbol
    from kqlpack.syntax.nodes import Node

_TABLES = {
    "Logins": "TimeGenerated: datetime, User: string, Address: string, Code: string, Details: dynamic, Tries: int",
    "Machines": "TimeGenerated: datetime, Machine: string, Owner: string, Address: string, Memory: long, Load: real",
    "Alerts": "Timestamp: datetime, User: string, Score: long",
    # The same names as Logins, of other types.
    "OldLogins": "TimeGenerated: datetime, User: string, Code: long, Details: string",
    "Countries": "Code: string, Name: string",
    "Odd": "TimeGenerated: datetime, ['a b']: string, id_: guid, share: decimal, since: timespan, ok: bool",
}
_OPEN = {"Everything": "TimeGenerated: datetime, Category: string"}

N = TypeVar("N", bound="Node")


def _table(name: str, columns: str, *, is_open: bool) -> Table:
    pairs = [column.strip().rsplit(":", 1) for column in columns.split(",")]
    named = tuple(
        Column(each.strip().removeprefix("['").removesuffix("']"), scalar_type(type_.strip())) for each, type_ in pairs
    )
    return Table(name, named, is_open)


@cache
def catalog() -> Catalog:
    """Return the bundled catalogue with the made-up tables."""
    closed = [_table(name, columns, is_open=False) for name, columns in _TABLES.items()]
    return load().with_tables([*closed, *(_table(name, columns, is_open=True) for name, columns in _OPEN.items())])


def bound(text: str, functions: Mapping[str, Schema | None] | None = None) -> Bound:
    """Parse and bind a valid query."""
    parsed = parse(SourceFile("query.kql", text))
    assert parsed.ok, parsed.diagnostics[0].message
    return bind(parsed, catalog(), functions=functions)


def columns(text: str) -> str:
    """Return a query's columns as `a: long, b: string`; `?` where they can't be told."""
    found = bound(text)
    assert not found.diagnostics, found.diagnostics[0].message
    return "?" if found.columns is None else ", ".join(f"{column.name}: {column.type}" for column in found.columns)


def type_of(expression: str) -> str:
    """Return the type of an expression over all the made-up columns."""
    everything = "Logins | join kind=inner Machines on Address | join kind=inner Odd on TimeGenerated"
    found = bound(f"{everything} | project result = {expression}")
    assert not found.diagnostics, found.diagnostics[0].message
    assert found.columns is not None
    return found.columns[0].type.value


def reports(text: str) -> list[str]:
    """Return what is reported: `KQL102 name`, in the order of the text."""
    return [f"{found.code} {text[found.span.start : found.span.end]}" for found in bound(text).diagnostics]


def all_of(found: Bound, kind: type[N]) -> list[N]:
    """Return all nodes of a class, in the order of the text."""
    return [node for node in walk(found.parsed.root) if isinstance(node, kind)]


def symbols(found: Bound, name: str) -> list[Symbol | None]:
    """Return what each use of a name stands for, in the order of the text."""
    uses = sorted((node for node in all_of(found, NameReference) if node.name == name), key=lambda node: node.start)
    return [found.symbol_of(node) for node in uses]
