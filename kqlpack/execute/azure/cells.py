"""Exact values from the service's JSON. In: a cell and its column's type. Out: the value that `Result` holds.

The client's own conversion loses the seventh digit of datetimes and turns nulls into the text "None"; this one does
not. Shapes: the Azure Monitor documentation's page "Azure Monitor Log Analytics API response format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias
from uuid import UUID

from kqlpack import values
from kqlpack.catalog.types import ScalarType
from kqlpack.values import TICKS_PER_SECOND, Datetime, Timespan

Reader: TypeAlias = Callable[[Any], Any]

_DATETIME: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(?:Z|([+-])(\d\d):(\d\d))?", re.ASCII
)
_INTEGER: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_NOT_NUMBERS: Final = {"NaN", "Infinity", "-Infinity"}
_YEAR_ONE: Final = datetime(1, 1, 1, tzinfo=UTC)


def _refuse_constant(name: str) -> Any:
    """Refuse NaN and Infinity, which Python's reader takes and JSON does not have."""
    raise ValueError(name)


_DYNAMIC: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def read_bool(cell: Any) -> bool:
    """Read true and false, and the 1 and 0 that some versions of the service send."""
    if isinstance(cell, bool) or (isinstance(cell, int) and cell in {0, 1}):
        return bool(cell)
    raise ValueError


def read_integer(cell: Any) -> int:
    """Read a whole number, written as a number or as text."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and _INTEGER.fullmatch(cell):
        return int(cell)
    raise ValueError


def read_real(cell: Any) -> float:
    """Read a number; what JSON has no number for comes as text: "NaN", "Infinity", "-Infinity"."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str) and cell in _NOT_NUMBERS:
        return float(cell)
    raise ValueError


def read_decimal(cell: Any) -> Decimal:
    """Read text or a number, with all its digits."""
    if isinstance(cell, str | int | Decimal) and not isinstance(cell, bool):
        try:
            return Decimal(cell)
        except InvalidOperation:
            raise ValueError from None
    raise ValueError


def read_string(cell: Any) -> str:
    """Read text."""
    if isinstance(cell, str):
        return cell
    raise ValueError


def read_datetime(cell: Any) -> Datetime:
    """Read ISO 8601 with up to seven digits; without a zone it is UTC."""
    match = _DATETIME.fullmatch(cell) if isinstance(cell, str) else None
    if match is None:
        raise ValueError
    year, month, day, hour, minute, second, fraction, sign, zone_hours, zone_minutes = match.groups()
    moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC) - _YEAR_ONE
    if sign:
        shift = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
        moment += shift if sign == "-" else -shift
    ticks = moment // timedelta(seconds=1) * TICKS_PER_SECOND + _fraction(fraction)
    if ticks < 0:
        raise ValueError
    return Datetime(ticks)


def read_timespan(cell: Any) -> Timespan:
    """Read `[-][days.]hours:minutes:seconds[.fraction]`."""
    found = values.read_timespan(cell) if isinstance(cell, str) and ":" in cell else None
    if found is None:
        raise ValueError
    return found


def read_guid(cell: Any) -> UUID:
    """Read a GUID."""
    if isinstance(cell, str):
        return UUID(cell)
    raise ValueError


def read_dynamic(cell: Any) -> Any:
    """Read a dynamic value: objects and arrays come as text that holds JSON, all else as it is.

    A text that only looks like a number or like `true` stays a text: `Properties["version"]` is `1.10`, not 1.1.
    """
    if isinstance(cell, str) and cell.startswith(("{", "[")):
        try:
            return _DYNAMIC.decode(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def read_as_is(cell: Any) -> Any:
    """Leave a cell of a type that kqlpack does not know as it came."""
    return cell


READERS: Final[dict[ScalarType, Reader]] = {
    ScalarType.BOOL: read_bool,
    ScalarType.INT: read_integer,
    ScalarType.LONG: read_integer,
    ScalarType.REAL: read_real,
    ScalarType.DECIMAL: read_decimal,
    ScalarType.STRING: read_string,
    ScalarType.DATETIME: read_datetime,
    ScalarType.TIMESPAN: read_timespan,
    ScalarType.GUID: read_guid,
    ScalarType.DYNAMIC: read_dynamic,
    ScalarType.UNKNOWN: read_as_is,
}


def _fraction(digits: str | None) -> int:
    return int(digits.ljust(7, "0")) if digits else 0
