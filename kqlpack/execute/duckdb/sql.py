"""Pieces of SQL and what is known about them.

In: text. Out: `Sql`, `Field`, `Relation`; and the only place that quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def name(text: str) -> str:
    """Quote a name."""
    return '"' + text.replace('"', '""') + '"'


def string(text: str) -> str:
    """Quote a string."""
    return "'" + text.replace("'", "''") + "'" if "\0" not in text else _with_nul(text)


def _with_nul(text: str) -> str:
    return "(" + " || chr(0) || ".join(string(part) for part in text.split("\0")) + ")"


@dataclass(frozen=True, slots=True)
class Sql:
    """A scalar expression in SQL, safe to put between operators.

    `nullable`: it may be null. `row`: it depends on the row that it is computed for. `window`: it looks at other rows.
    """

    text: str
    type: ScalarType
    nullable: bool = True
    row: bool = False
    window: bool = False

    def __str__(self) -> str:
        """Return the text, so that an f-string can hold the expression."""
        return self.text


def make(text: str, type_: ScalarType, parts: Iterable[Sql] = (), *, nullable: bool | None = None) -> Sql:
    """Return an expression made of `parts`. `nullable` None: where one of the parts is."""
    parts = tuple(parts)
    return Sql(
        text,
        type_,
        any(part.nullable for part in parts) if nullable is None else nullable,
        any(part.row for part in parts),
        any(part.window for part in parts),
    )


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a relation: its KQL name, its type, and the alias that stands for it in SQL (DuckDB folds case)."""

    name: str
    type: ScalarType
    alias: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A tabular value: one CTE.

    `order` names hidden columns that keep the rows' order, `partition` those that tell the sub-tables apart in which
    the query of mv-apply or partition runs.
    """

    cte: str
    fields: tuple[Field, ...]
    order: tuple[str, ...] = ()
    partition: tuple[str, ...] = ()
    is_sorted: bool = False

    def field(self, wanted: str) -> Field | None:
        """Return the column of this exact name."""
        return next((field for field in self.fields if field.name == wanted), None)

    def column(self, field: Field) -> Sql:
        """Return the column as an expression."""
        return Sql(self.at(field.alias), field.type, field.type is not ScalarType.STRING, row=True)

    def at(self, alias: str) -> str:
        """Return the SQL of an alias."""
        return f"{self.cte}.{name(alias)}"

    @property
    def hidden(self) -> tuple[str, ...]:
        """The hidden columns."""
        return self.partition + self.order

    def order_by(self) -> str:
        """Return the inside of an ORDER BY that keeps the rows as they are; empty without an order."""
        return ", ".join(self.at(alias) for alias in self.order)

    def partition_by(self, keys: Sequence[str] = ()) -> str:
        """Return a PARTITION BY over the sub-tables and `keys`; empty where there is nothing to part."""
        parts = [self.at(alias) for alias in self.partition] + list(keys)
        return f"PARTITION BY {', '.join(parts)} " if parts else ""


def fields(columns: Iterable[tuple[str, ScalarType]]) -> tuple[Field, ...]:
    """Give each column an alias: its own name, made unique where only the case differs."""
    taken: set[str] = set()
    result = []
    for column, type_ in columns:
        alias, number = column, 1
        while alias.casefold() in taken or alias.startswith("#"):
            number += 1
            alias = f"{column.lstrip('#')}~{number}"
        taken.add(alias.casefold())
        result.append(Field(column, type_, alias))
    return tuple(result)
