"""The stretch of time that a request looks at. In: ISO 8601 text. Out: what azure-monitor-query takes.

The service takes a duration (`P1D`, `PT12H`), `start/end` and `start/duration`; `duration/end` becomes `start/end`.
Source: the Azure Monitor documentation's page "Azure Monitor Log Analytics API request format".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from kqlpack.errors import LiveError

RequestTimespan: TypeAlias = timedelta | tuple[datetime, timedelta] | tuple[datetime, datetime]

_FORMS: Final = "a duration (`P1D`, `PT12H`), `start/end` or `start/duration`"
_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_DURATION: Final = re.compile(
    rf"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?", re.ASCII
)
_CALENDAR_DURATION: Final = re.compile(r"P[^T]*\d[YM]", re.ASCII)
_KQL_DURATION: Final = re.compile(r"(\d+)(d|h|m|s)", re.ASCII)
_KQL_UNITS: Final = {"d": "P{}D", "h": "PT{}H", "m": "PT{}M", "s": "PT{}S"}
_UNITS: Final = ("weeks", "days", "hours", "minutes", "seconds")

# The client prints a duration as Python prints its seconds; below this that is no ISO 8601 any more (`PT1e-05S`).
_SHORTEST: Final = timedelta(milliseconds=1)


def parse_timespan(text: str | None) -> RequestTimespan | None:
    """Read an ISO 8601 timespan; None, which asks for all data, stays None.

    Raises LiveError for anything else, and for an empty stretch: azure-monitor-query takes zero seconds for "all".
    """
    if text is None:
        return None
    stripped = text.strip()
    first, slash, second = stripped.partition("/")
    if not slash:
        return _duration(first, text)
    if first.startswith("P"):
        return _checked_range(_start_before(_datetime(second, text), _duration(first, text), text), text)
    start = _datetime(first, text)
    if second.startswith("P"):
        return (start, _duration(second, text))
    return _checked_range((start, _datetime(second, text)), text)


def _duration(part: str, text: str) -> timedelta:
    match = _DURATION.fullmatch(part)
    if match is None or part.endswith(("P", "T")):
        raise _fault(text, _hint(part))
    amounts = (float((number or "0").replace(",", ".")) for number in match.groups())
    try:
        duration = timedelta(**dict(zip(_UNITS, amounts, strict=True)))
    except OverflowError:
        raise _fault(text, f"`{part}` is longer than all of time: leave the timespan out to read all data") from None
    if duration < _SHORTEST:
        raise _fault(text, f"`{part}` is no stretch of time: write at least a second, `PT1S`")
    return duration


def _datetime(part: str, text: str) -> datetime:
    try:
        value = datetime.fromisoformat(part)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _fault(text, f"`{part}` is no date and time: write it like `2024-12-03T12:00:00Z`") from None


def _start_before(end: datetime, duration: timedelta, text: str) -> tuple[datetime, datetime]:
    try:
        return (end - duration, end)
    except OverflowError:
        raise _fault(text, "it starts before the year 1") from None


def _checked_range(timespan: tuple[datetime, datetime], text: str) -> tuple[datetime, datetime]:
    if timespan[0] >= timespan[1]:
        raise _fault(text, "its end is not after its start: write the earlier time first")
    return timespan


def _hint(part: str) -> str:
    """Say what to write instead of something that is no ISO 8601 duration."""
    kql = _KQL_DURATION.fullmatch(part)
    if kql:
        return f"write `{_KQL_UNITS[kql[2]].format(kql[1])}` for `{part}`"
    if _CALENDAR_DURATION.match(part):
        return "months and years have no fixed length: write days, as in `P30D`"
    return f"write {_FORMS}"


def _fault(text: str, remedy: str) -> LiveError:
    return LiveError(f"`{text}` is not a timespan that the service takes: {remedy}.", "InvalidTimespan")
