"""How a cell becomes text. In: a value as `Result` holds it. Out: JSON's own types, or one line of text.

Numbers that readers of JSON commonly damage (beyond 2^53, decimals, NaN, infinities) become text, in dynamic values
too.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

# The largest whole number that a double counts to without a gap.
_LARGEST_SAFE: Final = 2**53

# C0, DEL, C1; marks that turn the direction of text; line ends that only Unicode knows; halves of surrogate pairs.
_UNSAFE: Final = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE_ANYWHERE: Final = re.compile(f"[{_UNSAFE}]")
_UNSAFE_IN_JSON: Final = re.compile(r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def unique(names: Iterable[str]) -> list[str]:
    """Return names of which none is there twice: an object has each key once, and no value may be lost."""
    given = list(names)
    result: list[str] = []
    for name in given:
        chosen, number = name, 0
        while chosen in result or (number and chosen in given):
            number += 1
            chosen = f"{name}{number}"
        result.append(chosen)
    return result


def plain(value: Any) -> Any:
    """Return a value in JSON's own types. Datetimes have seven digits and Z, timespans and guids print as in KQL."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if -_LARGEST_SAFE <= value <= _LARGEST_SAFE else str(value)
        case float():
            return value if math.isfinite(value) else not_a_number(value)
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return text(value)


def text(value: Any) -> str:
    """Return a value as text, whatever its characters: null is empty, a dynamic array or object is JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value) if math.isfinite(value) else not_a_number(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else not_a_number(float(value))
        case int() | Datetime() | Timespan() | UUID():
            return str(value)
        case dict() | list() | tuple():
            return json.dumps(plain(value), ensure_ascii=False)
        case _:
            return str(value)


def not_a_number(value: float) -> str:
    """Return KQL's word for a real number that is none."""
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def visible(line: str, stream: TextIO | None = None) -> str:
    """Return text that can do nothing to a terminal: control characters and their like become visible escapes.

    What `stream` can't encode becomes an escape too.
    """
    return encodable(_UNSAFE_ANYWHERE.sub(_escaped, line), stream)


def encodable(line: str, stream: TextIO | None) -> str:
    """Return text that `stream` takes: what its encoding lacks becomes a visible escape, and so do lone surrogates."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return line.encode(encoding, "backslashreplace").decode(encoding)
    return line


def json_text(value: Any, stream: TextIO) -> str:
    """Return a value as JSON on one line, in which all that is not safe to print is escaped, as JSON allows."""
    line = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    line = _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
    try:
        line.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(json.loads(line))
    return line


def _escaped(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"
