"""Datetimes and timespans: parts, starts and ends, sums, differences, formats. Ticks throughout.

0001-01-01 was a Monday; KQL's weeks start on Sundays.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.functions.rows import (
    DATETIME,
    INT,
    INTEGERS,
    LONG,
    REAL,
    STRING,
    TIMESPAN,
    Call,
    Row,
    text,
)
from kqlpack.execute.duckdb.literals import MAX_TICKS, UNIX_EPOCH_TICKS
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.values import (
    TICKS_PER_DAY,
    TICKS_PER_HOUR,
    TICKS_PER_MICROSECOND,
    TICKS_PER_MILLISECOND,
    TICKS_PER_MINUTE,
    TICKS_PER_SECOND,
    Datetime,
)

_DAY: Final = str(TICKS_PER_DAY)
_TICKS: Final = {
    "week": 7 * TICKS_PER_DAY,
    "day": TICKS_PER_DAY,
    "hour": TICKS_PER_HOUR,
    "minute": TICKS_PER_MINUTE,
    "second": TICKS_PER_SECOND,
    "millisecond": TICKS_PER_MILLISECOND,
    "microsecond": TICKS_PER_MICROSECOND,
}
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}


def _start(unit: str, value: str) -> str:
    if unit == "day":
        return f"({value} - {value} % {_DAY})"
    if unit == "week":
        return f"({value} - ({value} + {_DAY}) % {7 * TICKS_PER_DAY})"
    return f"kql_ticks(date_trunc('{unit}', kql_timestamp({value})))"


def _shifted(unit: str, value: str, count: str) -> str:
    """Write a datetime moved by a number of units."""
    if unit in _MONTHS:
        months = f"CAST({count} * {_MONTHS[unit]} AS INTEGER)"
        # Months are DuckDB's, to the microsecond; the last digit goes on as it is.
        return f"(kql_ticks(kql_timestamp({value}) + to_months({months})) + {value} % 10)"
    return f"({value} + {count} * {_TICKS[unit]})"


def _bound(unit: str, *, end: bool) -> Row:
    def write(call: Call) -> Sql:
        value = call.argument(0, DATETIME)
        parts = [value]
        found = _start(unit, value.text)
        if call.count > 1:
            offset = call.argument(1, LONG)
            parts.append(offset)
            found = _shifted(unit, found, offset.text)
        if end:
            found = f"({_shifted(unit, found, '1')} - 1)"
        return make(found, DATETIME, parts)

    return write


# ---- parts -----------------------------------------------------------------------------------------------------------

_PARTS: Final = {
    "year": "year(kql_timestamp({0}))",
    "quarter": "quarter(kql_timestamp({0}))",
    "month": "month(kql_timestamp({0}))",
    "week_of_year": "weekofyear(kql_timestamp({0}))",
    "day": "day(kql_timestamp({0}))",
    "dayofyear": "dayofyear(kql_timestamp({0}))",
    "hour": f"({{0}} % {_DAY} // {TICKS_PER_HOUR})",
    "minute": f"({{0}} % {TICKS_PER_HOUR} // {TICKS_PER_MINUTE})",
    "second": f"({{0}} % {TICKS_PER_MINUTE} // {TICKS_PER_SECOND})",
    "millisecond": f"({{0}} % {TICKS_PER_SECOND} // {TICKS_PER_MILLISECOND})",
    "microsecond": f"({{0}} % {TICKS_PER_SECOND} // {TICKS_PER_MICROSECOND})",
    "nanosecond": f"({{0}} % {TICKS_PER_SECOND} * 100)",
}
_PART_NAMES: Final = {"weekofyear": "week_of_year", "day_of_year": "dayofyear"}


def _part(call: Call) -> Sql:
    part = str(call.constant(0)).lower()
    value = call.argument(1, DATETIME)
    template = _PARTS.get(_PART_NAMES.get(part, part))
    if template is None:
        raise call.refuse(f"the part `{part}`")
    return make(f"CAST({template.format(value)} AS INTEGER)", INT, [value])


def _part_of(part: str) -> Row:
    return text(INT, f"CAST({_PARTS[part]} AS INTEGER)", DATETIME)


# ---- sums and differences --------------------------------------------------------------------------------------------


def _unit(call: Call, index: int) -> str:
    unit = str(call.constant(index)).lower()
    if unit not in _TICKS and unit not in _MONTHS and unit != "nanosecond":
        raise call.refuse(f"the unit `{unit}`")
    return unit


def _datetime_add(call: Call) -> Sql:
    unit, count, value = _unit(call, 0), call.argument(1, LONG), call.argument(2, DATETIME)
    if unit == "nanosecond":
        return make(f"({value} + {count} // 100)", DATETIME, [count, value])
    return make(_shifted(unit, value.text, count.text), DATETIME, [count, value])


def _datetime_diff(call: Call) -> Sql:
    unit, first, second = _unit(call, 0), call.argument(1, DATETIME), call.argument(2, DATETIME)

    def number(value: Sql) -> str:
        if unit == "nanosecond":
            return f"({value} * 100)"
        if unit == "week":
            return f"(({value} + {_DAY}) // {7 * TICKS_PER_DAY})"
        if unit in _TICKS:
            return f"({value} // {_TICKS[unit]})"
        year = f"year(kql_timestamp({value}))"
        if unit == "year":
            return year
        part = {"quarter": f"quarter(kql_timestamp({value}))", "month": f"month(kql_timestamp({value}))"}[unit]
        return f"({year} * {12 // _MONTHS[unit]} + {part})"

    if unit == "nanosecond":
        return make(f"(({first} - {second}) * 100)", LONG, [first, second])
    return make(f"CAST({number(first)} - {number(second)} AS BIGINT)", LONG, [first, second])


def _make_datetime_of(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: float = 0.0
) -> int | None:
    try:
        base = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not 0 <= second < 60:
        return None
    return Datetime.from_datetime(base).ticks + round(second * 1e7)


def _make_datetime(call: Call) -> Sql:
    if call.count == 1:
        return convert.convert(call.value(0), DATETIME, call.compiler, call.scope, call.span)
    types = (LONG, LONG, LONG, LONG, LONG, REAL)
    if not 3 <= call.count <= 6:
        raise call.refuse()
    arguments = [call.argument(index, types[index]) for index in range(call.count)]
    return call.compiler.python(_make_datetime_of, arguments, DATETIME, call.scope, call.span)


def _make_timespan_of(*parts: float) -> int | None:
    if len(parts) == 4:
        days, hours, minutes, seconds = parts
    else:
        days, (hours, minutes, seconds) = 0, (*parts, 0.0)[:3]
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
        return None
    whole = int(days) * TICKS_PER_DAY + int(hours) * TICKS_PER_HOUR + int(minutes) * TICKS_PER_MINUTE
    return whole + round(seconds * 1e7)


def _make_timespan(call: Call) -> Sql:
    if call.count == 1:
        return convert.convert(call.value(0), TIMESPAN, call.compiler, call.scope, call.span)
    if not 2 <= call.count <= 4:
        raise call.refuse()
    last = call.count - 1 if call.count > 2 else 2
    arguments = [call.argument(index, REAL if index == last else LONG) for index in range(call.count)]
    return call.compiler.python(_make_timespan_of, arguments, TIMESPAN, call.scope, call.span)


# ---- formats ---------------------------------------------------------------------------------------------------------

_DATETIME_FORMATS: Final = re.compile(r"yyyy|yy|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|tt|[^A-Za-z]|.", re.DOTALL)
_TIMESPAN_FORMATS: Final = re.compile(r"d{1,8}|HH|H|hh|h|mm|m|ss|s|f{1,7}|F{1,7}|[^A-Za-z]|.", re.DOTALL)
_DELIMITERS: Final = frozenset(" /-:,._[]")


def format_datetime(ticks: int, form: str) -> str:
    """Write a datetime as `format_datetime` does."""
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    moment = datetime(1, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    digits = f"{fraction:07d}"
    twelve = moment.hour % 12 or 12
    simple = {
        "yyyy": f"{moment.year:04d}",
        "yy": f"{moment.year % 100:02d}",
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "dd": f"{moment.day:02d}",
        "d": str(moment.day),
        "HH": f"{moment.hour:02d}",
        "H": str(moment.hour),
        "hh": f"{twelve:02d}",
        "h": str(twelve),
        "mm": f"{moment.minute:02d}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02d}",
        "s": str(moment.second),
        "tt": "AM" if moment.hour < 12 else "PM",
    }
    return _formatted(_DATETIME_FORMATS, form, simple, digits)


def format_timespan(ticks: int, form: str) -> str:
    """Write a timespan as `format_timespan` does; the sign is not written."""
    ticks = abs(ticks)
    days, rest = divmod(ticks, TICKS_PER_DAY)
    hours, rest = divmod(rest, TICKS_PER_HOUR)
    minutes, rest = divmod(rest, TICKS_PER_MINUTE)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    simple = {f"{'d' * width}": f"{days:0{width}d}" for width in range(1, 9)}
    simple |= {"HH": f"{hours:02d}", "H": str(hours), "hh": f"{hours:02d}", "h": str(hours)}
    simple |= {"mm": f"{minutes:02d}", "m": str(minutes), "ss": f"{seconds:02d}", "s": str(seconds)}
    return _formatted(_TIMESPAN_FORMATS, form, simple, f"{fraction:07d}")


def _formatted(pattern: re.Pattern[str], form: str, simple: dict[str, str], digits: str) -> str:
    written = []
    for part in pattern.findall(form):
        if part in simple:
            written.append(simple[part])
        elif set(part) == {"f"}:
            written.append(digits[: len(part)])
        elif set(part) == {"F"}:
            written.append(digits[: len(part)].rstrip("0"))
        else:
            written.append(part)
    return "".join(written)


def _format(function: Any, type_: Any, pattern: re.Pattern[str]) -> Row:
    def write(call: Call) -> Sql:
        value, form = call.argument(0, type_), call.argument(1, STRING)
        known = call.compiler.value_of(form, call.span)
        for part in pattern.findall(known):
            if part.isalpha() and len(part) == 1 and part not in "MdHhmsfFy":
                raise call.refuse(f"the format `{part}`")
            if not part.isalpha() and part not in _DELIMITERS:
                raise call.refuse(f"the character `{part}` in the format")
        return call.compiler.python(function, [value, form], STRING, call.scope, call.span)

    return write


# ---- Unix times, time zones ------------------------------------------------------------------------------------------


def _unix(ticks: int) -> Row:
    def write(call: Call) -> Sql:
        value = call.number(0)
        scaled = f"CAST({value} AS BIGINT) * {ticks}"
        if value.type not in INTEGERS:
            scaled = f"CAST(round(CAST({value} AS DOUBLE) * {ticks}) AS BIGINT)"
        if not ticks:
            scaled = f"CAST({value} AS BIGINT) // 100"
        found = f"({scaled} + {UNIX_EPOCH_TICKS})"
        return make(f"CASE WHEN {found} BETWEEN 0 AND {MAX_TICKS} THEN {found} END", DATETIME, [value], nullable=True)

    return write


def _known_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    # OSError: the name of a folder of zones (`Europe`).
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone(ticks: int, name: str, *, to_local: bool) -> int | None:
    zone = _known_zone(name)
    if zone is None:
        return None
    moment = Datetime(ticks).to_datetime()
    if to_local:
        offset = moment.astimezone(zone).utcoffset()
        sign = 1
    else:
        offset = moment.replace(tzinfo=zone).utcoffset()
        sign = -1
    seconds = int(offset.total_seconds()) if offset is not None else 0
    return ticks + sign * seconds * TICKS_PER_SECOND


def _in_zone(*, to_local: bool) -> Row:
    def write(call: Call) -> Sql:
        value, zone = call.argument(0, DATETIME), call.argument(1, STRING)
        known = str(call.compiler.value_of(zone, call.span))
        if _known_zone(known) is None:
            raise call.refuse(f"this machine knows no time zone `{known}`")

        def shift(ticks: int, name: str) -> int | None:
            return _zone(ticks, name, to_local=to_local)

        return call.compiler.python(shift, [value, zone], DATETIME, call.scope, call.span)

    return write


def _day_of_week(call: Call) -> Sql:
    value = call.argument(0, DATETIME)
    return make(f"(({value} // {_DAY} + 1) % 7 * {_DAY})", TIMESPAN, [value])


ROWS: Final[dict[str, Row]] = {
    "datepart": _part,
    "datetime_add": _datetime_add,
    "datetime_diff": _datetime_diff,
    "datetime_local_to_utc": _in_zone(to_local=False),
    "datetime_part": _part,
    "datetime_utc_to_local": _in_zone(to_local=True),
    "dayofmonth": _part_of("day"),
    "dayofweek": _day_of_week,
    "dayofyear": _part_of("dayofyear"),
    "endofday": _bound("day", end=True),
    "endofmonth": _bound("month", end=True),
    "endofweek": _bound("week", end=True),
    "endofyear": _bound("year", end=True),
    "format_datetime": _format(format_datetime, DATETIME, _DATETIME_FORMATS),
    "format_timespan": _format(format_timespan, TIMESPAN, _TIMESPAN_FORMATS),
    "getmonth": _part_of("month"),
    "getyear": _part_of("year"),
    "hourofday": _part_of("hour"),
    "make_datetime": _make_datetime,
    "make_timespan": _make_timespan,
    "monthofyear": _part_of("month"),
    "startofday": _bound("day", end=False),
    "startofmonth": _bound("month", end=False),
    "startofweek": _bound("week", end=False),
    "startofyear": _bound("year", end=False),
    "unixtime_microseconds_todatetime": _unix(TICKS_PER_MICROSECOND),
    "unixtime_milliseconds_todatetime": _unix(TICKS_PER_MILLISECOND),
    "unixtime_nanoseconds_todatetime": _unix(0),
    "unixtime_seconds_todatetime": _unix(TICKS_PER_SECOND),
    "week_of_year": _part_of("week_of_year"),
    "weekofyear": _part_of("week_of_year"),
}
