"""KQL's scalar types. Source: the Kusto documentation's page "Scalar data types"."""

from __future__ import annotations

from enum import StrEnum


class ScalarType(StrEnum):
    """The ten scalar types, and `UNKNOWN` for what kqlpack can't tell: unknown is never an error."""

    BOOL = "bool"
    INT = "int"
    LONG = "long"
    REAL = "real"
    DECIMAL = "decimal"
    STRING = "string"
    DATETIME = "datetime"
    TIMESPAN = "timespan"
    GUID = "guid"
    DYNAMIC = "dynamic"
    UNKNOWN = "unknown"

    @property
    def is_known(self) -> bool:
        """Whether the type is one of the ten."""
        return self is not ScalarType.UNKNOWN

    @property
    def is_numeric(self) -> bool:
        """Whether the type is a number."""
        return self in _NUMERIC


_NUMERIC = frozenset({ScalarType.INT, ScalarType.LONG, ScalarType.REAL, ScalarType.DECIMAL})

# What may stand for each type in a declaration (`boolean`, `double`, ...), beside the canonical name.
TYPE_ALIASES: dict[str, ScalarType] = {
    "boolean": ScalarType.BOOL,
    "int8": ScalarType.INT,
    "uint8": ScalarType.INT,
    "int16": ScalarType.INT,
    "uint16": ScalarType.INT,
    "int32": ScalarType.INT,
    "uint": ScalarType.INT,
    "uint32": ScalarType.INT,
    "int64": ScalarType.LONG,
    "uint64": ScalarType.LONG,
    "ulong": ScalarType.LONG,
    "double": ScalarType.REAL,
    "float": ScalarType.REAL,
    "date": ScalarType.DATETIME,
    "time": ScalarType.TIMESPAN,
    "uuid": ScalarType.GUID,
    "uniqueid": ScalarType.GUID,
}


def scalar_type(name: str) -> ScalarType:
    """Return the type that a type name stands for, aliases included; UNKNOWN for any other name."""
    if name in TYPE_ALIASES:
        return TYPE_ALIASES[name]
    try:
        return ScalarType(name)
    except ValueError:
        return ScalarType.UNKNOWN
