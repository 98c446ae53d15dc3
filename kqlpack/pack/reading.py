"""Values from what people write. In: YAML nodes, the command line's texts, Python values. Out: `Value`, or ValueFault.

One text form per kind serves YAML and the command line, so that a value means the same in both.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kqlpack.pack.document import TAG_NAMES, MappingNode, Node, ScalarNode, SequenceNode, plain_value
from kqlpack.pack.quoting import QuotingError
from kqlpack.pack.value import Kind, Value, ValueType, check
from kqlpack.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
    RelativeTime,
    Timespan,
    read_timespan,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class ValueFault(ValueError):  # noqa: N818 - it is about a value, and ends as a diagnostic
    """A value is not what its declaration wants. `help` says what would be."""

    def __init__(self, message: str, help: str = "") -> None:
        """Take both as sentences for people; the message's subject is the value."""
        self.help = help
        super().__init__(message)


_RANGES: Final = {Kind.INT: (-(2**31), 2**31 - 1), Kind.LONG: (-(2**63), 2**63 - 1)}
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)")
_REAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_SPECIAL_REALS: Final = {"nan": math.nan, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf}
_DATETIME: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?\s*(Z|z|[-+]\d{2}:?\d{2})?)?"
)
_ISO_DURATION: Final = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,6})W)?(?:(\d{1,8})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?"
)
_MAX_TICKS: Final = 2**63 - 1
_EXPECTED: Final = {
    Kind.STRING: "a text",
    Kind.INT: "a whole number from -2147483648 to 2147483647",
    Kind.LONG: "a whole number of 64 bits",
    Kind.REAL: "a number, as `1.5`",
    Kind.DECIMAL: "a number, as `1.5`",
    Kind.BOOL: "`true` or `false`",
    Kind.DATETIME: "a date and time, as `2024-12-03T12:00:00Z`, or one that is told from now, as `now-7d`",
    Kind.TIMESPAN: "a span of time, as `1d`, `12h`, `30m` or `00:05:00`",
    Kind.GUID: "a GUID, as `6f9619ff-8b86-d011-b42d-00c04fc964ff`",
    Kind.DYNAMIC: "JSON",
    Kind.TABLE: "a table's name",
    Kind.COLUMN: "a column's name",
    Kind.IDENTIFIER: "a name",
}


# ---- from texts ------------------------------------------------------------------------------------------------------


def parse_text(text: str, type: ValueType) -> Value:
    """Read a value from the command line's text: a list as a JSON array, or parted by commas. Raises ValueFault."""
    if not type.is_list:
        return _checked(Value(type, _from_text(text, type.kind)))
    if text.lstrip().startswith("["):
        return to_value(_json(text), type)
    items = [item.strip() for item in text.split(",")] if text.strip() else []
    return _checked(Value(type, tuple(_from_text(item, type.kind) for item in items)))


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        why = f" ({error.msg.lower()} at its character {error.pos + 1})"
    except ValueError as error:
        why = f" (it has no {error})"
    except RecursionError:
        why = " (it nests too deeply)"
    raise ValueFault(f"`{_shown(text)}` is not JSON{why}", 'write it as `["a", "b"]` or `{"key": 1}`')


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _from_text(text: str, kind: Kind) -> object:
    if kind is Kind.STRING:
        return text
    reader = _READERS.get(kind)
    if reader:
        result = reader(text.strip())
        if result is None:
            raise _mismatch(text, kind)
        return result
    if kind is Kind.DYNAMIC:
        return _json(text)
    if not text.strip():
        raise ValueFault("the name is empty", f"write {_EXPECTED[kind]}")
    return text


def _mismatch(shown: object, kind: Kind) -> ValueFault:
    return ValueFault(f"`{_shown(str(shown))}` is not {_article(kind)}", f"write {_EXPECTED[kind]}")


def _article(kind: Kind) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _shown(text: str, limit: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _integer(text: str) -> int | None:
    if not _INTEGER.fullmatch(text) or len(text) > 40:
        return None
    return int(text.replace("_", ""))


def _int(text: str) -> int | None:
    return _in_range(_integer(text), Kind.INT)


def _long(text: str) -> int | None:
    return _in_range(_integer(text), Kind.LONG)


def _in_range(value: int | None, kind: Kind) -> int | None:
    low, high = _RANGES[kind]
    return value if value is not None and low <= value <= high else None


def _real(text: str) -> float | None:
    special = _SPECIAL_REALS.get(text.lower().removeprefix("."))
    if special is not None:
        return special
    if not _REAL.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _decimal(text: str) -> Decimal | None:
    if not _REAL.fullmatch(text):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    # KQL's decimal has 34 digits.
    return value if len(value.as_tuple().digits) <= 34 and abs(value.adjusted()) <= 6000 else None


def _bool(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _guid(text: str) -> UUID | None:
    if not re.fullmatch(r"\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?", text):
        return None
    return UUID(text)


def parse_datetime(text: str) -> Datetime | None:
    """Read ISO 8601; a time without a zone is UTC."""
    match = _DATETIME.fullmatch(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
        )
        ticks = Datetime.from_datetime(moment).ticks + int((fraction or "0").ljust(7, "0"))
        if zone and zone.upper() != "Z":
            hours, minutes = int(zone[1:3]), int(zone[-2:])
            offset = (hours * 60 + minutes) * TICKS_PER_MINUTE
            ticks += offset if zone[0] == "-" else -offset
        result = Datetime(ticks)
        result.to_datetime()
    except (ValueError, OverflowError):
        return None
    return result if ticks >= 0 else None


_RELATIVE: Final = re.compile(r"now(?:\(\))?\s*(?:([-+])\s*(\S.*))?|([-+])(\S.*)|ago\((.+)\)")


def parse_moment(text: str) -> Datetime | RelativeTime | None:
    """Read an instant: ISO 8601, or by its distance from now: `now`, `now-7d`, `-7d`, `ago(7d)`, `now+1h`."""
    match = _RELATIVE.fullmatch(text.strip())
    if match is None:
        return parse_datetime(text)
    sign, distance = match[1] or match[3] or "-", match[2] or match[4] or match[5]
    if distance is None:
        return RelativeTime(0)
    span = parse_timespan(distance)
    if span is None or span.ticks < 0:
        return None
    return RelativeTime(-span.ticks if sign == "-" else span.ticks)


def parse_timespan(text: str) -> Timespan | None:
    """Read `1d`, `1.5h`, `00:05:00`, `1.02:03:04.5` or ISO 8601's `P1DT2H`."""
    text = text.strip()
    found = read_timespan(text)
    if found is not None:
        return found
    match = _ISO_DURATION.fullmatch(text)
    if match:
        units = (7 * TICKS_PER_DAY, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND)
        return _timespan(sum(int(count or 0) * unit for count, unit in zip(match.groups(), units, strict=True)))
    return None


def _timespan(ticks: int) -> Timespan | None:
    return Timespan(ticks) if abs(ticks) <= _MAX_TICKS else None


_READERS: Final[dict[Kind, Callable[[str], object]]] = {
    Kind.INT: _int,
    Kind.LONG: _long,
    Kind.REAL: _real,
    Kind.DECIMAL: _decimal,
    Kind.BOOL: _bool,
    Kind.DATETIME: parse_moment,
    Kind.TIMESPAN: parse_timespan,
    Kind.GUID: _guid,
}


# ---- from YAML -------------------------------------------------------------------------------------------------------


def from_node(node: Node, type: ValueType) -> Value:
    """Read a value from YAML. Raises ValueFault."""
    if type.is_list:
        if not isinstance(node, SequenceNode):
            raise ValueFault("the value is not a list", f"write it as `[...]`: {type} takes any number of values")
        return _checked(Value(type, tuple(_from_item(item, type.kind) for item in node.items)))
    return _checked(Value(type, _from_item(node, type.kind)))


def _from_item(node: Node, kind: Kind) -> object:
    if kind is Kind.DYNAMIC:
        return plain_value(node)
    if not isinstance(node, ScalarNode):
        shape = "a list" if isinstance(node, SequenceNode) else "a mapping"
        raise ValueFault(f"the value is {shape}, not {_article(kind)}", f"write {_EXPECTED[kind]}")
    if node.tag == "null":
        raise ValueFault("the value is empty", f"write {_EXPECTED[kind]}")
    if (kind is Kind.STRING or kind.is_name) and node.tag != "str":
        raise ValueFault(
            f"`{node.text}` is {TAG_NAMES[node.tag]} to YAML, not a text", f'put it in quotes: `"{node.text}"`'
        )
    return _from_text(node.text, kind)


# ---- from Python -----------------------------------------------------------------------------------------------------


def to_value(given: object, type: ValueType) -> Value:
    """Read a value of a declared type from a Python value; texts are read as on the command line. Raises ValueFault."""
    if isinstance(given, Value):
        if given.type == type:
            return _checked(given)
        given = given.value
    if not type.is_list:
        return _checked(Value(type, _from_python(given, type.kind)))
    if isinstance(given, str):
        return parse_text(given, type)
    if not isinstance(given, (Sequence, AbstractSet)) or isinstance(given, (bytes, bytearray)):
        raise ValueFault(f"`{_shown(repr(given))}` is not a list", f"give a list: the type is {type}")
    items = sorted(given, key=repr) if isinstance(given, AbstractSet) else given
    return _checked(Value(type, tuple(_from_python(item, type.kind) for item in items)))


def _from_python(given: object, kind: Kind) -> object:  # noqa: C901 - one branch per kind
    if kind is Kind.DYNAMIC:
        return _json_value(given)
    if isinstance(given, str):
        return _from_text(given, kind)
    if isinstance(given, bool):
        if kind is Kind.BOOL:
            return given
    elif isinstance(given, int) and kind in _RANGES:
        if _in_range(given, kind) is not None:
            return given
    elif isinstance(given, (int, float)) and kind is Kind.REAL:
        return float(given)
    elif isinstance(given, (int, float, Decimal)) and kind is Kind.DECIMAL:
        found = _decimal(str(given))
        if found is not None:
            return found
    elif isinstance(given, RelativeTime) and kind is Kind.DATETIME:
        return given
    elif isinstance(given, (date, Datetime)) and kind is Kind.DATETIME:
        return _to_datetime(given)
    elif isinstance(given, (timedelta, Timespan)) and kind is Kind.TIMESPAN:
        return given if isinstance(given, Timespan) else Timespan.from_timedelta(given)
    elif isinstance(given, UUID) and kind is Kind.GUID:
        return given
    raise ValueFault(f"`{_shown(repr(given))}` is not {_article(kind)}", f"give {_EXPECTED[kind]}")


def _to_datetime(given: date | Datetime) -> Datetime:
    if isinstance(given, Datetime):
        return given
    moment = given if isinstance(given, datetime) else datetime(given.year, given.month, given.day, tzinfo=UTC)
    return Datetime.from_datetime(moment)


def _json_value(given: object) -> object:
    """Return a copy that JSON can hold."""
    if given is None or isinstance(given, (str, bool, int, float)):
        return given
    if isinstance(given, Mapping):
        return {str(key): _json_value(item) for key, item in given.items()}
    if isinstance(given, (list, tuple)):
        return [_json_value(item) for item in given]
    if isinstance(given, (datetime, date, Datetime, Timespan, UUID, Decimal)):
        return str(_to_datetime(given)) if isinstance(given, (date, Datetime)) else str(given)
    raise ValueFault(f"`{_shown(repr(given))}` is not dynamic", "give texts, numbers, booleans, lists and mappings")


def _checked(value: Value) -> Value:
    try:
        check(value)
    except QuotingError as error:
        raise ValueFault(str(error), error.help) from error
    except RecursionError as error:
        raise ValueFault("the value nests too deeply", "use fewer levels") from error
    return value


# ---- as plain mappings -----------------------------------------------------------------------------------------------


def plain_rows(node: Node) -> tuple[dict[str, object], ...] | None:
    """Return a list of mappings as Python values, or None when it is something else."""
    if not isinstance(node, SequenceNode):
        return None
    rows = []
    for item in node.items:
        if not isinstance(item, MappingNode):
            return None
        rows.append({key: plain_value(entry.value) for key, entry in item.entries.items()})
    return tuple(rows)
