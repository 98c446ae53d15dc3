"""The filters, tests, methods and functions that a query's template may use. In: values. Out: values.

Only what is here exists. Everything is pure, and nothing makes a value much larger than what it is given: that is why
Jinja's `center`, `batch`, `format` and multiplication of texts are missing. `random` is: the same values must give the
same query.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from kqlpack.template.faults import EVALUATION, MAX_ITEMS, MAX_TEXT, TemplateFault
from kqlpack.template.values import Text, described, is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Machine(Protocol):
    """What a filter may ask of the evaluation that it runs in."""

    def apply_filter(self, name: str, value: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Run another filter."""

    def apply_test(self, name: str, value: Any, args: list[Any]) -> bool:
        """Run a test."""

    def attribute(self, value: Any, name: Any) -> Any:
        """Look up an attribute or item."""


def fault(message: str, help: str = "") -> TemplateFault:
    """Return the fault of an operation; the evaluation adds the place."""
    return TemplateFault(EVALUATION, None, message, help)


def items_of(value: object) -> list[Any]:
    """Return a list's items, or a mapping's keys. A text is no list of letters."""
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, dict):
        return list(value)
    raise fault(f"it is {described(value)}, and a list is needed", "use a parameter of type `list[...]`")


def _text_of(value: object) -> str:
    if isinstance(value, Text):
        plain = value.plain()
        if plain is not None:
            return plain
        raise fault("text that a macro made can't be changed any more", "change the values before they go in")
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (list, tuple, dict)):
        raise fault(f"it is {described(value)}, and a text is needed")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number_of(value: object) -> int | float | Decimal:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return value
    raise fault(f"it is {described(value)}, and a number is needed")


# ---- filters ---------------------------------------------------------------------------------------------------------


def _default(_: Machine, value: object, other: object = "", boolean: object = None) -> object:
    return other if boolean and not value else value


def _join(machine: Machine, value: object, separator: object = "", attribute: object = None) -> str:
    items = items_of(value)
    if attribute is not None:
        items = [machine.attribute(item, attribute) for item in items]
    texts = [_text_of(item) for item in items]
    between = _text_of(separator)
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_TEXT:
        raise fault(f"the joined text has more than {MAX_TEXT} characters", "join less")
    return between.join(texts)


def _replace(_: Machine, value: object, old: object, new: object) -> str:
    text, before, after = _text_of(value), _text_of(old), _text_of(new)
    if not before:
        raise fault("there is nothing to replace: the first text is empty")
    if text.count(before) * max(len(after) - len(before), 0) + len(text) > MAX_TEXT:
        raise fault(f"the text grows beyond {MAX_TEXT} characters", "replace less")
    return text.replace(before, after)


def _sorted(
    machine: Machine, value: object, reverse: object = None, case_sensitive: object = None, attribute: object = None
) -> tuple[Any, ...]:
    def key(item: object) -> Any:
        found = machine.attribute(item, attribute) if attribute is not None else item
        return found if case_sensitive or not isinstance(found, str) else found.lower()

    try:
        return tuple(sorted(items_of(value), key=key, reverse=bool(reverse)))
    except TypeError:
        raise fault("the list's items can't be compared with each other") from None


def _unique(_: Machine, value: object, case_sensitive: object = None) -> tuple[Any, ...]:
    seen: dict[str, Any] = {}
    for item in items_of(value):
        folded = item.lower() if isinstance(item, str) and not case_sensitive else item
        seen.setdefault(f"{type(item).__name__}:{folded!r}", item)
    return tuple(seen.values())


def _map(
    machine: Machine,
    value: object,
    name: object = None,
    *args: object,
    attribute: object = None,
    default: object = None,
) -> tuple[Any, ...]:
    if attribute is not None:
        found = []
        for item in items_of(value):
            try:
                found.append(machine.attribute(item, attribute))
            except TemplateFault:
                if default is None:
                    raise
                found.append(default)
        return tuple(found)
    if not isinstance(name, str) or name not in FILTERS:
        raise fault("`map` needs the name of a filter, or `attribute=`", 'write `map("lower")`')
    return tuple(machine.apply_filter(name, item, list(args), {}) for item in items_of(value))


def _selector(keep: bool, by_attribute: bool) -> Callable[..., tuple[Any, ...]]:  # noqa: FBT001 - two switches, four filters
    def select(machine: Machine, value: object, *args: object) -> tuple[Any, ...]:
        rest = list(args)
        attribute = rest.pop(0) if by_attribute and rest else None
        name = rest.pop(0) if rest else None
        if name is not None and (not isinstance(name, str) or name not in TESTS):
            raise fault("the name of a test is needed", 'write `select("ne", "")`')
        found = []
        for item in items_of(value):
            subject = machine.attribute(item, attribute) if attribute is not None else item
            passed = machine.apply_test(name, subject, rest) if isinstance(name, str) else bool(subject)
            if passed is keep:
                found.append(item)
        return tuple(found)

    return select


def _ends(pick: int) -> Callable[[Machine, object], Any]:
    def end(_: Machine, value: object) -> Any:
        items = items_of(value)
        if not items:
            raise fault("the list is empty", "ask first: `{% if ... %}`")
        return items[pick]

    return end


def _extreme(choose: Callable[[Iterable[Any]], Any]) -> Callable[[Machine, object], Any]:
    def extreme(_: Machine, value: object) -> Any:
        try:
            return choose(items_of(value))
        except ValueError:
            raise fault("the list is empty", "ask first: `{% if ... %}`") from None
        except TypeError:
            raise fault("the list's items can't be compared with each other") from None

    return extreme


def _sum(machine: Machine, value: object, attribute: object = None, start: object = 0) -> Any:
    items = items_of(value)
    if attribute is not None:
        items = [machine.attribute(item, attribute) for item in items]
    total: Any = _number_of(start)
    for item in items:
        total = total + _number_of(item)
    return total


def _round(_: Machine, value: object, precision: object = 0, method: object = "common") -> float:
    number = float(_number_of(value))
    if not isinstance(precision, int) or not 0 <= precision <= 15:
        raise fault("`round` takes from 0 to 15 digits")
    if method == "common":
        return round(number, precision)
    if method not in {"ceil", "floor"} or not math.isfinite(number):
        raise fault("`round` goes `common`, `ceil` or `floor`")
    scale: float = 10.0**precision
    return (math.ceil if method == "ceil" else math.floor)(number * scale) / scale


def _integer(_: Machine, value: object, default: object = 0) -> object:
    try:
        return int(_number_of(value)) if not isinstance(value, str) else int(value.strip()[:40])
    except (ValueError, OverflowError, ArithmeticError):
        return default


def _float(_: Machine, value: object, default: object = 0.0) -> object:
    try:
        return float(_number_of(value)) if not isinstance(value, str) else float(value.strip()[:400])
    except (ValueError, OverflowError):
        return default


def _length(_: Machine, value: object) -> int:
    if isinstance(value, Text):
        return len(value.plain() or "x")
    if isinstance(value, (str, list, tuple, dict)):
        return len(value)
    raise fault(f"{described(value)} has no length")


def _trim(_: Machine, value: object, characters: object = None) -> object:
    if isinstance(value, Text):
        return value.trimmed()
    return _text_of(value).strip(_text_of(characters) if characters is not None else None)


def _dictsort(_: Machine, value: object) -> tuple[Any, ...]:
    if not isinstance(value, dict):
        raise fault(f"it is {described(value)}, and a mapping is needed")
    return tuple(sorted(value.items(), key=lambda item: str(item[0]).lower()))


def _items(_: Machine, value: object) -> tuple[Any, ...]:
    if not isinstance(value, dict):
        raise fault(f"it is {described(value)}, and a mapping is needed")
    return tuple(value.items())


def _changed(change: Callable[[str], str]) -> Callable[[Machine, object], str]:
    return lambda _, value: change(_text_of(value))


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": lambda _, value: abs(_number_of(value)),
    "capitalize": _changed(str.capitalize),
    "count": _length,
    "d": _default,
    "default": _default,
    "dictsort": _dictsort,
    "first": _ends(0),
    "float": _float,
    "int": _integer,
    "items": _items,
    "join": _join,
    "last": _ends(-1),
    "length": _length,
    "list": lambda _, value: tuple(items_of(value)),
    "lower": _changed(str.lower),
    "map": _map,
    "max": _extreme(max),
    "min": _extreme(min),
    "raw": lambda _, value: _text_of(value),  # what it means is the hole's affair
    "reject": _selector(keep=False, by_attribute=False),
    "rejectattr": _selector(keep=False, by_attribute=True),
    "replace": _replace,
    "reverse": lambda _, value: tuple(reversed(items_of(value))),
    "round": _round,
    "select": _selector(keep=True, by_attribute=False),
    "selectattr": _selector(keep=True, by_attribute=True),
    "sort": _sorted,
    "string": _changed(str),
    "sum": _sum,
    "title": _changed(str.title),
    "trim": _trim,
    "unique": _unique,
    "upper": _changed(str.upper),
}


# ---- tests -----------------------------------------------------------------------------------------------------------


def _divides(value: object, by: object) -> bool:
    number, divisor = _number_of(value), _number_of(by)
    if not divisor:
        raise fault("division by zero")
    return number % divisor == 0  # type: ignore[operator]  # Decimal with float: a TypeError, told by the caller


# `defined` and `undefined` are the evaluation's own: it has to look before the value is there.
TESTS: Final[dict[str, Callable[..., Any]]] = {
    "boolean": lambda value: isinstance(value, bool),
    "defined": lambda _: True,
    "divisibleby": _divides,
    "eq": lambda value, other: value == other,
    "equalto": lambda value, other: value == other,
    "==": lambda value, other: value == other,
    "even": lambda value: _divides(value, 2),
    "false": lambda value: value is False,
    "float": lambda value: isinstance(value, float),
    "ge": lambda value, other: value >= other,
    "greaterthan": lambda value, other: value > other,
    "gt": lambda value, other: value > other,
    "in": lambda value, other: value in other,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "iterable": lambda value: isinstance(value, (list, tuple, dict)),
    "le": lambda value, other: value <= other,
    "lessthan": lambda value, other: value < other,
    "lt": lambda value, other: value < other,
    "mapping": lambda value: isinstance(value, dict),
    "ne": lambda value, other: value != other,
    "!=": lambda value, other: value != other,
    "none": lambda value: value is None,
    "number": is_number,
    "odd": lambda value: not _divides(value, 2),
    "sequence": lambda value: isinstance(value, (list, tuple)),
    "string": lambda value: isinstance(value, str),
    "true": lambda value: value is True,
    "undefined": lambda _: False,
}


# ---- methods and functions -------------------------------------------------------------------------------------------


def _split(value: str, separator: str | None = None, most: int = -1) -> tuple[str, ...]:
    return tuple(value.split(separator, most))


METHODS: Final[dict[type, dict[str, Callable[..., Any]]]] = {
    str: {
        "capitalize": str.capitalize,
        "endswith": str.endswith,
        "lower": str.lower,
        "lstrip": str.lstrip,
        "replace": lambda value, old, new: _replace(_NO_MACHINE, value, old, new),
        "rstrip": str.rstrip,
        "split": _split,
        "startswith": str.startswith,
        "strip": str.strip,
        "title": str.title,
        "upper": str.upper,
    },
    dict: {
        "get": dict.get,
        "items": lambda value: tuple(value.items()),
        "keys": lambda value: tuple(value.keys()),
        "values": lambda value: tuple(value.values()),
    },
}
_NO_MACHINE: Final[Any] = None


def _range(*bounds: object) -> tuple[int, ...]:
    if not 1 <= len(bounds) <= 3 or any(not isinstance(bound, int) for bound in bounds):
        raise fault("`range` takes one to three whole numbers")
    try:
        numbers = range(*bounds)  # type: ignore[call-overload]  # checked above
    except ValueError:
        raise fault("`range` can't step by zero") from None
    if len(numbers) > MAX_ITEMS:
        raise fault(f"`range` gives more than {MAX_ITEMS} numbers", "count in KQL: `range`")
    return tuple(numbers)


GLOBALS: Final[dict[str, Callable[..., Any]]] = {"range": _range}
