"""KQL's instants and spans of time as Python values, exact to the tick of 100 ns. In: integers. Out: the same, printed.

Source: the Kusto documentation's pages "The datetime data type" and "The timespan data type".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

TICKS_PER_MICROSECOND: Final = 10
TICKS_PER_MILLISECOND: Final = 10_000
TICKS_PER_SECOND: Final = 10_000_000
TICKS_PER_MINUTE: Final = 60 * TICKS_PER_SECOND
TICKS_PER_HOUR: Final = 60 * TICKS_PER_MINUTE
TICKS_PER_DAY: Final = 24 * TICKS_PER_HOUR

_EPOCH: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Datetime:
    """An instant: `ticks` of 100 ns since 0001-01-01T00:00:00Z, up to 9999-12-31T23:59:59.9999999Z."""

    ticks: int

    @classmethod
    def from_datetime(cls, value: datetime) -> Datetime:
        """Take a datetime; one without a zone counts as UTC."""
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return cls((aware - _EPOCH) // timedelta(microseconds=1) * TICKS_PER_MICROSECOND)

    def to_datetime(self) -> datetime:
        """Return an aware UTC datetime; the last digit (100 ns) is cut off. Raises OverflowError beyond year 9999."""
        return _EPOCH + timedelta(microseconds=self.ticks // TICKS_PER_MICROSECOND)

    def __str__(self) -> str:
        """Print as KQL does: seven digits and Z."""
        seconds, rest = divmod(self.ticks, TICKS_PER_SECOND)
        return f"{(_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()}.{rest:07d}Z"


@dataclass(frozen=True, slots=True, order=True)
class Timespan:
    """A span of time: `ticks` of 100 ns, negative ones included."""

    ticks: int

    @classmethod
    def from_timedelta(cls, value: timedelta) -> Timespan:
        """Take a timedelta."""
        return cls(value // timedelta(microseconds=1) * TICKS_PER_MICROSECOND)

    def to_timedelta(self) -> timedelta:
        """Return a timedelta; the last digit (100 ns) is cut off."""
        microseconds = abs(self.ticks) // TICKS_PER_MICROSECOND
        return timedelta(microseconds=-microseconds if self.ticks < 0 else microseconds)

    def __str__(self) -> str:
        """Print as KQL does: `1.02:03:04.5000000`; days and the fraction only where they are not zero."""
        sign, ticks = ("-", -self.ticks) if self.ticks < 0 else ("", self.ticks)
        days, ticks = divmod(ticks, TICKS_PER_DAY)
        hours, ticks = divmod(ticks, TICKS_PER_HOUR)
        minutes, ticks = divmod(ticks, TICKS_PER_MINUTE)
        seconds, ticks = divmod(ticks, TICKS_PER_SECOND)
        text = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
        return sign + (f"{days}." if days else "") + text + (f".{ticks:07d}" if ticks else "")


@dataclass(frozen=True, slots=True, order=True)
class RelativeTime:
    """An instant that is told by its distance from when a query runs: `ticks` of 100 ns, negative before then."""

    ticks: int

    def __str__(self) -> str:
        """Print as it is written for a parameter: `now`, `now-1d`, `now+00:05:00`."""
        if not self.ticks:
            return "now"
        return f"now{'+' if self.ticks > 0 else '-'}{_shortest(abs(self.ticks))}"


def _shortest(ticks: int) -> str:
    for unit, size in (("d", TICKS_PER_DAY), ("h", TICKS_PER_HOUR), ("m", TICKS_PER_MINUTE), ("s", TICKS_PER_SECOND)):
        if ticks % size == 0:
            return f"{ticks // size}{unit}"
    return str(Timespan(ticks))


# Units of `1d`, `90s`, ...: the Kusto documentation's page "The timespan data type", and what Kusto.Language reads.
_UNITS: Final = {
    **dict.fromkeys(("d", "day", "days"), TICKS_PER_DAY),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), TICKS_PER_HOUR),
    **dict.fromkeys(("m", "min", "minute", "minutes"), TICKS_PER_MINUTE),
    **dict.fromkeys(("s", "sec", "second", "seconds"), TICKS_PER_SECOND),
    **dict.fromkeys(("ms", "milli", "millis", "millisec", "millisecond", "milliseconds"), TICKS_PER_MILLISECOND),
    **dict.fromkeys(("micro", "micros", "microsec", "microsecond", "microseconds"), TICKS_PER_MICROSECOND),
    **dict.fromkeys(("tick", "ticks"), 1),
}
_NANOSECONDS: Final = frozenset({"nano", "nanos", "nanosecond", "nanoseconds"})
_NANOSECONDS_PER_TICK: Final = 100
_SHORT: Final = re.compile(r"([+-]?)(\d{1,18})(?:\.(\d{1,9})\d*)?\s*([a-z]+)", re.ASCII)
_CLOCK: Final = re.compile(r"([+-]?)(?:(\d{1,8})\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7})\d*)?)?", re.ASCII)
_LEAST_TICKS: Final = -(2**63)
_MOST_TICKS: Final = 2**63 - 1
# Every word that may follow a number and make a timespan of it.
TIMESPAN_UNITS: Final = frozenset({*_UNITS, *_NANOSECONDS})


def read_timespan(text: str) -> Timespan | None:
    """Read `1d`, `1.5h`, `00:05:00` or `1.02:03:04.5`; None for any other text, and beyond what 64 bits hold."""
    if match := _SHORT.fullmatch(text):
        sign, whole, fraction, unit = match.groups()
        ticks = _short_ticks(int(whole), fraction or "", unit)
    elif match := _CLOCK.fullmatch(text):
        sign, days, hours, minutes, seconds, fraction = match.groups()
        if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
            return None
        ticks = int(days or 0) * TICKS_PER_DAY + int(hours) * TICKS_PER_HOUR + int(minutes) * TICKS_PER_MINUTE
        ticks += int(seconds or 0) * TICKS_PER_SECOND + int((fraction or "0").ljust(7, "0"))
    else:
        return None
    if ticks is None:
        return None
    ticks = -ticks if sign == "-" else ticks
    return Timespan(ticks) if _LEAST_TICKS <= ticks <= _MOST_TICKS else None


def _short_ticks(whole: int, fraction: str, unit: str) -> int | None:
    if unit in _NANOSECONDS:
        return whole // _NANOSECONDS_PER_TICK
    ticks = _UNITS.get(unit)
    return None if ticks is None else whole * ticks + int(fraction or 0) * ticks // 10 ** len(fraction)
