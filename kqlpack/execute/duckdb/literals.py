"""Texts to values, as the functions todatetime(), totimespan(), tolong() read them. In: text. Out: ticks and numbers.

None stands for null: a text that is no value. The forms are those of the literals (`kqlpack.syntax.literals`).
"""

from __future__ import annotations

import re
from typing import Final

from kqlpack.syntax.literals import BadLiteralError, parse_datetime, parse_timespan

MAX_TICKS: Final = 3_155_378_975_999_999_999  # 9999-12-31T23:59:59.9999999
OUT_OF_TIME: Final = "a datetime before the year 1 or after the year 9999 came out, which KQL does not have"
UNIX_EPOCH_TICKS: Final = 621_355_968_000_000_000

_INTEGER: Final = re.compile(r"\s*[+-]?(?:\d+|0[xX][0-9a-fA-F]+)\s*", re.ASCII)


def datetime_ticks(text: str) -> int | None:
    """Read a datetime."""
    try:
        ticks = parse_datetime(text.strip()).ticks
    except BadLiteralError:
        return None
    return ticks if 0 <= ticks <= MAX_TICKS else None


def timespan_ticks(text: str) -> int | None:
    """Read a timespan."""
    try:
        ticks = parse_timespan(text.strip()).ticks
    except BadLiteralError:
        return None
    return ticks if -(2**63) <= ticks < 2**63 else None


def integer(text: str, bits: int = 64) -> int | None:
    """Read a whole number, decimal or hexadecimal; None beyond `bits`."""
    if not _INTEGER.fullmatch(text):
        return None
    value = int(text, 16 if "x" in text.lower() else 10)
    return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None
