"""The clock that now() and ago() follow. In: what callers have for a time. Out: `Datetime`; None: the real one."""

from __future__ import annotations

from datetime import datetime

from kqlpack.errors import Error
from kqlpack.syntax.literals import BadLiteralError, parse_datetime
from kqlpack.values import Datetime


def read_clock(now: datetime | Datetime | str | None) -> Datetime | None:
    """Read a time. Raises kqlpack.Error for a text that is none."""
    if isinstance(now, datetime):
        return Datetime.from_datetime(now)
    if now is None or isinstance(now, Datetime):
        return now
    if not isinstance(now, str):
        raise Error(f"a clock is a datetime, a kqlpack.Datetime or a text, not {type(now).__name__}")
    try:
        return parse_datetime(now)
    except BadLiteralError:
        raise Error(f"a clock is a time such as 2026-03-02T12:00:00Z, not `{now}`") from None
