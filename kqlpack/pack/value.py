"""A typed value and its one road into KQL text. In: a type and a Python value. Out: `Value`, and what `to_kql` writes.

The Python side of each type: string, table, column, identifier: `str`; int, long: `int`; real: `float`; decimal:
`decimal.Decimal`; bool: `bool`; datetime, timespan: `kqlpack.values.Datetime`, `Timespan`; guid: `uuid.UUID`;
dynamic: what JSON has; a list: a tuple.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kqlpack.pack.quoting import (
    Place,
    QuotingError,
    check_characters,
    comment_text,
    entity_name,
    escaped,
    string_literal,
)
from kqlpack.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    RelativeTime,
    Timespan,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(StrEnum):
    """The kinds of values that a parameter can take."""

    STRING = "string"
    INT = "int"
    LONG = "long"
    REAL = "real"
    DECIMAL = "decimal"
    BOOL = "bool"
    DATETIME = "datetime"
    TIMESPAN = "timespan"
    GUID = "guid"
    DYNAMIC = "dynamic"
    TABLE = "table"
    COLUMN = "column"
    IDENTIFIER = "identifier"

    @property
    def is_name(self) -> bool:
        """Whether values of the kind are names of something, not data."""
        return self in _NAMES


_NAMES: Final = frozenset({Kind.TABLE, Kind.COLUMN, Kind.IDENTIFIER})


@dataclass(frozen=True, slots=True)
class ValueType:
    """A kind, or a list of it."""

    kind: Kind
    is_list: bool = False

    @classmethod
    def parse(cls, text: str) -> ValueType | None:
        """Read `int`, `list[string]`, ...; None when it is no type's name."""
        name = "".join(text.split())
        is_list = name.startswith("list[") and name.endswith("]")
        try:
            return cls(Kind(name[5:-1] if is_list else name), is_list)
        except ValueError:
            return None

    @property
    def item(self) -> ValueType:
        """The type of a list's items."""
        return ValueType(self.kind)

    def __str__(self) -> str:
        """Print as in a declaration."""
        return f"list[{self.kind}]" if self.is_list else str(self.kind)


# How the name of a typed literal (`datetime( )`) goes with the kinds that may be written into it.
TYPED_LITERALS: Final = {
    "bool": Kind.BOOL,
    "boolean": Kind.BOOL,
    "date": Kind.DATETIME,
    "datetime": Kind.DATETIME,
    "decimal": Kind.DECIMAL,
    "double": Kind.REAL,
    "float": Kind.REAL,
    "guid": Kind.GUID,
    "int": Kind.INT,
    "int16": Kind.INT,
    "int32": Kind.INT,
    "int64": Kind.LONG,
    "int8": Kind.INT,
    "long": Kind.LONG,
    "real": Kind.REAL,
    "time": Kind.TIMESPAN,
    "timespan": Kind.TIMESPAN,
    "uint": Kind.INT,
    "uint16": Kind.INT,
    "uint32": Kind.INT,
    "uint64": Kind.LONG,
    "uint8": Kind.INT,
    "ulong": Kind.LONG,
    "uniqueid": Kind.GUID,
}

_UNITS: Final = (
    (TICKS_PER_DAY, "d"),
    (TICKS_PER_HOUR, "h"),
    (TICKS_PER_MINUTE, "m"),
    (TICKS_PER_SECOND, "s"),
    (TICKS_PER_MILLISECOND, "ms"),
    (10, "microsecond"),
    (1, "tick"),
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a type. A secret one is never printed, except by `to_kql`."""

    type: ValueType
    value: object
    secret: bool = field(default=False, compare=False)

    def __repr__(self) -> str:
        """Print type and value, but no secret."""
        shown = "***" if self.secret else repr(self.value)
        return f"Value({self.type}: {shown})"

    def __str__(self) -> str:
        """Print the value for people: as it would stand in a comment, but no secret."""
        return "***" if self.secret else _plain(self.value)

    def to_kql(self, place: Place = Place.EXPRESSION, literal: str = "") -> str:
        """Write the value as KQL text for a place. Raises QuotingError where it can't stand there.

        `literal`: at `Place.TYPED_LITERAL`, the literal's own name (`datetime`, ...).
        """
        if place is Place.COMMENT:
            return comment_text(_plain(self.value))
        if place.is_string:
            return self._inside_string(place)
        if place is Place.TYPED_LITERAL:
            return self._inside_typed_literal(literal)
        if place is Place.DYNAMIC and self.type.kind.is_name:
            raise QuotingError("a dynamic literal holds data, and this is a name", "declare it as string")
        if isinstance(self.value, tuple) and self.type.is_list:
            return self._list(place)
        write = _json if place is Place.DYNAMIC else _literal
        return write(self.value, self.type.kind)

    def _list(self, place: Place) -> str:
        items: Iterable[object] = self.value if isinstance(self.value, tuple) else ()
        if self.type.kind.is_name:
            return ", ".join(_literal(item, self.type.kind) for item in items)
        if place is Place.ITEMS:
            return ", ".join(_literal(item, self.type.kind) for item in items)
        inner = "[" + ", ".join(_json(item, self.type.kind) for item in items) + "]"
        return inner if place is Place.DYNAMIC else f"dynamic({inner})"

    def _inside_string(self, place: Place) -> str:
        if self.type.is_list or self.type.kind is Kind.DYNAMIC:
            raise QuotingError(
                f"it is of type {self.type}, and {place} holds a text",
                "write it outside of the quotes" + (": `in ({{ name }})`" if self.type.is_list else ""),
            )
        if self.type.kind in {Kind.TABLE, Kind.COLUMN}:
            raise QuotingError(f"it is a {self.type.kind}'s name, and {place} holds a text", "declare it as string")
        self._refuse_relative(place)
        return escaped(_plain(self.value), place)

    def _refuse_relative(self, place: str) -> None:
        if isinstance(self.value, RelativeTime):
            raise QuotingError(
                f"`{self.value}` is told from now, and {place} holds an instant that stays the same",
                "write the parameter alone, without what is around it",
            )

    def _inside_typed_literal(self, literal: str) -> str:
        wanted = TYPED_LITERALS.get(literal)
        numbers = {Kind.INT, Kind.LONG}
        if self.type.is_list or not (self.type.kind is wanted or (self.type.kind in numbers and wanted in numbers)):
            suggestion = f"declare it as {wanted} and write it alone" if wanted else "write it alone"
            raise QuotingError(f"`{literal}(...)` can't hold a value of type {self.type}", suggestion)
        self._refuse_relative(f"`{literal}(...)`")
        return _plain(self.value)


def _literal(value: object, kind: Kind) -> str:
    """Write one value as an expression: one token, or one call, so that the tree around it is always the same."""
    if kind.is_name:
        return entity_name(str(value))
    if kind is Kind.DYNAMIC:
        return f"dynamic({_json(value, kind)})"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"{kind}({value})"
    if isinstance(value, float):
        text = _plain(value)
        return text if text[0].isdigit() and "e" not in text else f"real({text})"
    if isinstance(value, Decimal):
        return f"decimal({_plain(value)})"
    if isinstance(value, (Datetime, RelativeTime)):
        return f"datetime({_plain(value)})" if isinstance(value, Datetime) else _relative(value)
    if isinstance(value, Timespan):
        return _timespan(value)
    if isinstance(value, UUID):
        return f"guid({value})"
    return string_literal(str(value))


def _relative(value: RelativeTime) -> str:
    """Write `now()`, `ago(1d)` or `now(1h)`: a saved query that is run next year means next year's days."""
    if value.ticks < 0:
        return f"ago({_timespan(Timespan(-value.ticks))})"
    return f"now({_timespan(Timespan(value.ticks)) if value.ticks else ''})"


def _timespan(value: Timespan) -> str:
    return _short_timespan(value) or f"timespan({value})"


def _short_timespan(value: Timespan) -> str:
    """Return `1d`, `90m`, ...; empty where a number and a unit would not say it well."""
    if value.ticks == 0:
        return "0s"
    for ticks, unit in _UNITS:
        count, rest = divmod(value.ticks, ticks)
        if rest == 0 and 0 < count < 1000:
            return f"{count}{unit}"
    return ""


def _json(value: object, kind: Kind) -> str:
    """Write one value inside a dynamic literal."""
    if isinstance(value, str):
        return string_literal(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_json(item, kind) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{string_literal(str(key))}: {_json(item, kind)}" for key, item in value.items()) + "}"
    if value is None:
        return "null"
    if isinstance(value, RelativeTime):
        raise QuotingError(f"a dynamic literal has no `{value}`", "give a date and time")
    if not isinstance(value, (bool, int, float)):
        return _literal(value, kind)
    if isinstance(value, float) and not math.isfinite(value):
        raise QuotingError(f"a dynamic literal has no {value}", "use a finite number")
    return _plain(value)


def _plain(value: object) -> str:
    """Write a value without any quoting."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _real(value)
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else str(value)
    if isinstance(value, Datetime):
        text = str(value)
        return text[:-1].rstrip("0").rstrip(".") + "Z"
    if isinstance(value, Timespan):
        return _short_timespan(value) or str(value)
    if isinstance(value, tuple):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, (dict, list)) or value is None:
        return _json(value, Kind.DYNAMIC)
    return str(value)


def _real(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "+inf" if value > 0 else "-inf"
    return repr(value)


def check(value: Value) -> None:
    """Refuse characters that no KQL text can hold, wherever in the value they stand. Raises QuotingError."""
    _check(value.value)


def _check(value: object) -> None:
    if isinstance(value, str):
        check_characters(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_characters(str(key))
            _check(item)
