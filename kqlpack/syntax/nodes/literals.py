"""Literals. Their values are read by `kqlpack.syntax.literals`."""

from __future__ import annotations

from kqlpack.syntax.nodes.base import Node


class Literal(Node, frozen=True, eq=False):
    """A literal that is neither a string nor dynamic.

    `kind` is its type's KQL name: bool, int, long, real, decimal, datetime, timespan, guid. `text` is as written:
    `true`, `0x1F`, `1.5`, `datetime(2024-01-01)`, `1d`, `time(null)`, ...
    """

    kind: str
    text: str


class StringLiteral(Node, frozen=True, eq=False):
    """A string, or several beside each other, which KQL joins. `value` is decoded; `text` is as written.

    A decoded value is what KQL reads: escapes resolved by the literal's kind (`"`, `'`, `@"`, `h"`, ```` ``` ````).
    """

    value: str
    text: str


class NullLiteral(Node, frozen=True, eq=False):
    """`null` inside `dynamic(...)`."""


class JsonPair(Node, frozen=True, eq=False):
    """`"name": value` inside `dynamic({...})`."""

    name: StringLiteral
    value: Node


class JsonObject(Node, frozen=True, eq=False):
    """`{...}` inside `dynamic(...)`."""

    pairs: tuple[JsonPair, ...]


class JsonArray(Node, frozen=True, eq=False):
    """`[...]` inside `dynamic(...)`."""

    items: tuple[Node, ...]


class DynamicLiteral(Node, frozen=True, eq=False):
    """`dynamic(...)`. `value` is a literal, JsonObject, JsonArray or NullLiteral."""

    value: Node


class TypeOf(Node, frozen=True, eq=False):
    """`typeof(type)`; with several entries a row schema, `typeof(a: int, *)`: TypeReference and NameAndType."""

    types: tuple[Node, ...]
