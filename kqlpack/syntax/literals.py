r"""Reads literals. In: a token's text or a literal node. Out: what KQL understands by it.

Source: the Kusto documentation's pages on the string, datetime, timespan, guid, decimal and numeric types.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from kqlpack.values import TICKS_PER_DAY, Datetime, Timespan, read_timespan

if TYPE_CHECKING:
    from kqlpack.syntax.nodes import Literal

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a"}
_FENCES: Final = ("```", "~~~")
_NUMBERS: Final = frozenset({"int", "long", "real", "decimal"})
# Python reads more as numbers than KQL does: `1_000`, digits of other scripts.
_NOT_IN_NUMBERS: Final = re.compile(r"[^\x21-\x7e]|_")


_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class BadLiteralError(ValueError):
    """A literal whose type KQL knows and whose text it can't read; the message says why."""


def decode_string(token: str) -> str:
    r"""Return the value of a string token: `"a\n"`, `'a'`, `@"a\n"`, `h"a"`, ```` ```a``` ````.

    An escape that KQL doesn't know stands for its character.
    """
    text = token.lstrip("hH")
    fenced = text.removeprefix("@")
    if fenced.startswith(_FENCES):
        return fenced[3:-3]
    if text.startswith("@"):
        quote = text[1]
        return text[2:-1].replace(quote * 2, quote)
    body = text[1:-1]
    if "\\" not in body:
        return body
    value = _ESCAPE.sub(_unescape, body)
    # Kusto's texts are UTF-16: two halves of a character, each with an escape of its own, are that character.
    return _PAIR.sub(_joined, value) if "\\u" in body else value


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _unescape(match: re.Match[str]) -> str:
    short, long, byte, octal, other = match.groups()
    if other is not None:
        return _SIMPLE.get(other, other)
    if octal is not None:
        return chr(int(octal, 8))
    code = int(short or long or byte, 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def literal_value(literal: Literal) -> Any:
    """Return a literal's value: bool, int, float, Decimal, Datetime, Timespan, UUID, or None for null.

    Raises BadLiteralError when the text is none of its type's forms.
    """
    text = literal.text
    inner = text[text.index("(") + 1 : -1].strip() if text.endswith(")") else text
    if inner in {"null", ""} and text.endswith(")"):
        return None
    if len(inner) >= 2 and inner[0] in "\"'" and inner[-1] == inner[0]:
        inner = inner[1:-1]
    if literal.kind in _NUMBERS and _NOT_IN_NUMBERS.search(inner):
        raise BadLiteralError(f"`{inner}` is not a number")
    return _READERS[literal.kind](inner)


def _bool(text: str) -> bool:
    lowered = text.lower()
    if lowered in {"true", "1"}:
        return True
    if lowered in {"false", "0"}:
        return False
    raise BadLiteralError(f"`{text}` is neither true nor false")


def _integer(text: str) -> int:
    try:
        return int(text, 16) if "0x" in text.lower() else int(text, 10)
    except ValueError:
        raise BadLiteralError(f"`{text}` is not a whole number") from None


def _real(text: str) -> float:
    try:
        return float({"+inf": "inf", "-inf": "-inf", "nan": "nan"}.get(text.lower(), text))
    except ValueError:
        raise BadLiteralError(f"`{text}` is not a number") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadLiteralError(f"`{text}` is not a decimal number") from None


def _guid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadLiteralError(f"`{text}` is not a guid") from None


# ---- datetime --------------------------------------------------------------------------------------------------------

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[Tt ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?)?\s*"
    r"(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$"
)
_COMMAS = re.compile(r"(\d{4}),\s*(\d{1,2}),\s*(\d{1,2})$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_AMERICAN = re.compile(
    r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?)?\s*(AM|PM)?Z?$",
    re.IGNORECASE,
)
_NAMED = (
    "%a, %d %b %Y %H:%M:%S",
    "%a, %d %b %y %H:%M:%S",
    "%d %b %y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%A, %d-%b-%y %H:%M:%S",
)
_NAMED_DATES = ("%d %b %Y", "%d %b %y", "%b %d %Y", "%B %d, %Y", "%a %b %d %H:%M:%S %Y")


def parse_datetime(text: str) -> Datetime:
    """Read a datetime as `datetime(...)` and `todatetime` do. Raises BadLiteralError."""
    text = text.strip()
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, fraction, _, sign, offset_hours, offset_minutes = match.groups()
        shift = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
        return _instant(text, (year, month, day or 1, hour, minute, second), fraction, -shift if sign == "+" else shift)
    if match := _COMPACT.match(text) or _COMMAS.match(text):
        return _instant(text, (*match.groups(), 0, 0, 0), None, timedelta())
    if re.fullmatch(r"\d{4}", text):
        return _instant(text, (text, 1, 1, 0, 0, 0), None, timedelta())
    if match := _AMERICAN.match(text):
        month, day, year, hour, minute, second, fraction, half = match.groups()
        clock = int(hour or 0)
        if half:
            clock = clock % 12 + (12 if half.upper() == "PM" else 0)
        return _instant(text, (year, month, day, clock, minute, second), fraction, timedelta())
    bare = re.sub(r"\s*(GMT|UTC|Z)$", "", text)
    for form in (*_NAMED, *_NAMED_DATES):
        try:
            return Datetime.from_datetime(datetime.strptime(bare, form).replace(tzinfo=UTC))
        except ValueError:
            continue
    raise BadLiteralError(f"`{text}` is not a datetime")


def _instant(text: str, parts: tuple[Any, ...], fraction: str | None, shift: timedelta) -> Datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC) + shift
    except (ValueError, OverflowError):
        raise BadLiteralError(f"`{text}` is not a date that exists") from None
    return Datetime(Datetime.from_datetime(whole).ticks + int((fraction or "").ljust(7, "0")))


# ---- timespan --------------------------------------------------------------------------------------------------------


def parse_timespan(text: str) -> Timespan:
    """Read a timespan as `1d`, `time(1.02:03:04)`, `timespan(2)` (days) and `totimespan` do. Raises BadLiteralError."""
    text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,8}", text):
        return Timespan(int(text) * TICKS_PER_DAY)
    found = read_timespan(text)
    if found is None:
        raise BadLiteralError(f"`{text}` is not a timespan")
    return found


_READERS: Final = {
    "bool": _bool,
    "int": _integer,
    "long": _integer,
    "real": _real,
    "decimal": _decimal,
    "guid": _guid,
    "datetime": parse_datetime,
    "timespan": parse_timespan,
}
