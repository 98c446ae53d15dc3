"""What type a placeholder's values probably have. In: where it stands, what is said of it. Out: types, best first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.pack.quoting import Place
from kqlpack.pack.value import TYPED_LITERALS

if TYPE_CHECKING:
    from kqlpack.convert.placeholders import Placeholder
    from kqlpack.pack.lexical import LexicalState

# No type: the placeholder stands for a part of the query, or for a comparison with a range of time.
INLINE: Final = "inline"
TIME_RANGE: Final = "time range"


@dataclass(frozen=True, slots=True)
class Hint:
    """What the other tool says of a placeholder. `type` is one of kqlpack's, `time`, or empty."""

    type: str = ""
    default: str | None = None
    description: str = ""


_TIMESPAN_CALLS: Final = frozenset({"ago", "bin", "bin_at", "totimespan", "floor"})
_DATETIME_CALLS: Final = frozenset(
    "startofday startofweek startofmonth startofyear endofday endofweek endofmonth endofyear todatetime datetime_diff"
    " datetime_add datetime_part format_datetime between !between".split()
)
_TABLE_BEFORE: Final = frozenset({"", ";", "union", "join", "lookup", "find", "let", "materialize", "view", "table"})
# Words before a parenthesis that holds a table: `join kind=inner (`.
_TABLE_WITHIN: Final = _TABLE_BEFORE | frozenset(
    "toscalar inner innerunique leftouter rightouter fullouter leftanti rightanti leftantisemi rightantisemi leftsemi"
    " rightsemi anti".split()
)
_COLUMN_BEFORE: Final = frozenset(
    "by project project-away project-keep project-reorder extend summarize distinct where on sort order top-nested"
    " mv-expand make-series and or not filter".split()
)
_COMPARED: Final = frozenset(
    "== != =~ !~ has !has has_cs contains !contains contains_cs startswith !startswith endswith !endswith regex in"
    " hasprefix hassuffix has_any has_all".split()
)
_COUNTS: Final = frozenset({"take", "limit", "top", "sample", "top-hitters"})
_OPERAND_FOLLOWS: Final = (
    _COLUMN_BEFORE | _COMPARED | _COUNTS | _TABLE_BEFORE | {"step", "from", "to", "between", "with"}
)
_FORMATS: Final = {"start": "datetime", "end": "datetime", "grain": "timespan", "seconds": "long"}
_NUMBER: Final = re.compile(r"-?\d+")
_REAL: Final = re.compile(r"-?\d*\.\d+")
_SPAN: Final = re.compile(r"\d+(?:\.\d+)?\s*(?:d|h|m|s|ms|min|day|days|hour|hours)")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_TIMELY: Final = re.compile(r"time|range|period|window|date", re.IGNORECASE)
LISTED: Final = re.compile(r"""\s*(?:"[^"]*"|'[^']*')(?:\s*,\s*(?:"[^"]*"|'[^']*'))*\s*""")
_ANY: Final = ("string", "column", "long", "timespan", "datetime", "table", "list[string]", INLINE)


def guesses(one: Placeholder, state: LexicalState, following: str, hint: Hint) -> list[str]:
    """Return types, the most likely first; each one once."""
    likely = _by_place(one, state, hint) or _by_operator(one, state, hint) or _by_neighbour(one, state, following, hint)
    return list(dict.fromkeys([*likely, *_ANY]))


def _by_place(one: Placeholder, state: LexicalState, hint: Hint) -> list[str]:
    if state.place.is_string:
        return ["string"]
    if state.place is Place.TYPED_LITERAL:
        return [str(TYPED_LITERALS.get(state.literal, "string"))]
    if one.format in _FORMATS:
        return [_FORMATS[one.format]]
    opener = state.openers[-1] if state.openers else None
    if opener is not None and opener.takes_items and state.previous in {"(", "[", ","}:
        return [*_by_hint(hint, is_list=True), "list[string]", *_by_default(hint), "string"]
    if state.in_dynamic:
        return ["list[string]" if state.previous in {"[", "("} else "string", "dynamic"]
    return []


def _by_operator(one: Placeholder, state: LexicalState, hint: Hint) -> list[str]:
    """Return the types where a name or an operator is expected."""
    if state.last_character and (state.last_character.isalnum() or state.last_character == "_"):
        return [INLINE]  # it is a part of a name
    previous = state.previous
    within = state.openers[-1].word if state.openers and previous == "(" else None
    if (previous in _TABLE_BEFORE or within in _TABLE_WITHIN) and not _is_data(hint):
        return ["table", INLINE]
    if previous == "|":
        return [INLINE]
    if previous in {")", "value", "string", "]"} or _is_operand(previous):
        is_timely = hint.type == "time" or (hint.default is None and _TIMELY.search(one.name + one.format))
        return [TIME_RANGE, INLINE] if is_timely else [INLINE]
    return []


def _by_neighbour(one: Placeholder, state: LexicalState, following: str, hint: Hint) -> list[str]:
    """Return the types where a value is expected."""
    previous = state.previous
    opener = state.openers[-1].word if state.openers else ""
    found = [*_by_hint(hint), *_by_default(hint)]
    if previous in _COUNTS:
        return ["long"]
    if previous == "step" or (previous in {"(", ","} and opener in _TIMESPAN_CALLS):
        return ["timespan", *found]
    opens_range = previous == "(" and (opener in _DATETIME_CALLS or following.lstrip().startswith(".."))
    if previous in {"from", "to", ".."} or opens_range:
        return ["datetime", *found]
    if previous in {">", "<", ">=", "<="}:
        is_timely = _TIMELY.search(one.name) or one.name.lower() in {"start", "end"}
        return [*found, "datetime" if is_timely else "real"]
    if previous in _COLUMN_BEFORE:
        return [*(each for each in found if each != "string"), "column", INLINE]
    return [*found, "string", "column"]


def _is_operand(previous: str) -> bool:
    """Tell whether an operator is expected: the last token is a name, and no word after which an operand stands."""
    return bool(_NAME.fullmatch(previous)) and previous not in _OPERAND_FOLLOWS


def _is_data(hint: Hint) -> bool:
    return hint.type in {"datetime", "timespan", "long", "list[string]"}


def _by_hint(hint: Hint, *, is_list: bool = False) -> list[str]:
    if hint.type in {"", "time", "resource", "string"}:
        return []
    return [hint.type] if hint.type.startswith("list") or not is_list else [f"list[{hint.type}]", hint.type]


def _by_default(hint: Hint) -> list[str]:
    default = (hint.default or "").strip()
    if not default:
        return []
    if _NUMBER.fullmatch(default):
        return ["long"]
    if _REAL.fullmatch(default):
        return ["real"]
    if _SPAN.fullmatch(default):
        return ["timespan"]
    if LISTED.fullmatch(default):
        return ["list[string]", "string"]
    if _NAME.fullmatch(default) and default not in {"true", "false"}:
        return ["column"]
    return [INLINE]
