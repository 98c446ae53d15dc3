"""A declared parameter from its YAML, and values for it from callers. In: nodes, values. Out: `Parameter`, `Value`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.pack.findings import DEFAULT_TYPE_MISMATCH, SCHEMA_VIOLATION, Findings
from kqlpack.pack.model import Parameter
from kqlpack.pack.pattern import Pattern, PatternError
from kqlpack.pack.reading import ValueFault, from_node, parse_text, to_value
from kqlpack.pack.value import Kind, Value, ValueType
from kqlpack.values import Datetime, RelativeTime, Timespan

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.pack.document import Entry

_ORDERED = frozenset({Kind.INT, Kind.LONG, Kind.REAL, Kind.DECIMAL, Kind.DATETIME, Kind.TIMESPAN})


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """Return a pattern, ready to match. Raises PatternError."""
    return Pattern.compile(pattern)


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters that a template may name; `own` are declared in the mapping itself, `faulty` as `Query` has it."""

    known: dict[str, Parameter] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    faulty: frozenset[str] = frozenset()


def read_parameters(node: Node | None, inherited: Parameters, findings: Findings) -> Parameters:
    """Return the parameters of a `parameters:` mapping joined to inherited ones."""
    if not isinstance(node, MappingNode):
        return Parameters(inherited.known, (), inherited.faulty | ({"*"} if node is not None else set()))
    read = {name: _read(name, entry, inherited.known.get(name), findings) for name, entry in node.entries.items()}
    good = {name: parameter for name, parameter in read.items() if parameter}
    faulty = {name for name in read if name not in good and name not in inherited.known}
    return Parameters({**inherited.known, **good}, tuple(good), (inherited.faulty | faulty) - good.keys())


def _read(name: str, entry: Entry, inherited: Parameter | None, findings: Findings) -> Parameter | None:
    node = entry.value
    if not isinstance(node, MappingNode):
        return None
    type = _read_type(name, entry, node, inherited, findings)
    if type is None:
        return None
    result = inherited or Parameter(name, type)
    result = replace(result, type=type, span=entry.key.span, file=node.file, node=node)
    result = _with_limits(result, node, findings)
    default = node.get("default")
    if default is not None:
        result = _with_default(result, default, findings)
    elif result.default is not None and (fault := _fault(result, result.default)):
        findings.add(
            DEFAULT_TYPE_MISMATCH,
            node.file,
            entry.key.span,
            f"the default of `{name}`, taken over from the pack, does not fit: {fault}",
            "give the query a default of its own",
        )
        result = replace(result, default=None)
    return replace(result, examples=_values(result, node, "examples", findings) or result.examples)


def _fault(parameter: Parameter, value: Value) -> ValueFault | None:
    try:
        check_limits(parameter, value)
    except ValueFault as fault:
        return fault
    return None


def _read_type(
    name: str, entry: Entry, node: MappingNode, inherited: Parameter | None, findings: Findings
) -> ValueType | None:
    type_node = node.get("type")
    if not isinstance(type_node, ScalarNode):
        if inherited:
            return inherited.type
        if type_node is None:
            findings.add(
                SCHEMA_VIOLATION,
                node.file,
                entry.key.span,
                f"the parameter `{name}` has no type, so that its values can't be written into a query",
                "add `type:` with `string`, `int`, `timespan`, `list[string]`, `table`, ...",
            )
        return None
    type = ValueType.parse(type_node.text)
    if type and inherited and type != inherited.type:
        findings.add(
            SCHEMA_VIOLATION,
            node.file,
            type_node.span,
            f"`{name}` is {inherited.type} in the pack; a query may narrow a parameter, but not change its type",
            "use another name, or the same type",
        )
        return inherited.type
    return type


def _with_limits(parameter: Parameter, node: MappingNode, findings: Findings) -> Parameter:
    item = replace(parameter, type=parameter.type.item)
    low = _value(item, node, "min", findings) or parameter.min
    high = _value(item, node, "max", findings) or parameter.max
    if (low or high) and parameter.type.kind not in _ORDERED:
        key = "min" if "min" in node.entries else "max"
        if key in node.entries:
            _say(findings, node, key, f"`{key}` has no meaning for {parameter.type}", "remove it; texts have `pattern`")
        low = high = None
    if low and high and not _at_least(high.value, low.value):
        _say_impossible(node, ("min", low), ("max", high), findings)
        low = high = None
    least = _count(node, "min_items", parameter, findings, parameter.min_items)
    most = _count(node, "max_items", parameter, findings, parameter.max_items)
    if least is not None and most is not None and least > most:
        _say_impossible(node, ("min_items", least), ("max_items", most), findings)
        least = most = None
    allowed = node.get("allowed")
    if isinstance(allowed, SequenceNode) and not allowed.items:
        _say(findings, node, "allowed", "`allowed` is empty, so that no value fits", "list the values, or remove it")
    pattern = _text(node, "pattern") or parameter.pattern
    if pattern:
        pattern = _checked_pattern(pattern, parameter, node, findings)
    return replace(
        parameter,
        min=low,
        max=high,
        pattern=pattern,
        allowed=_values(item, node, "allowed", findings) or parameter.allowed,
        min_items=least,
        max_items=most,
        secret=_flag(node, "secret", default=parameter.secret),
        description=_text(node, "description") or parameter.description,
    )


def _say_impossible(node: MappingNode, low: tuple[str, object], high: tuple[str, object], findings: Findings) -> None:
    """Report limits of which one rules out the other, at the one that stands here."""
    key = low[0] if low[0] in node.entries else high[0]
    message = f"`{low[0]}` ({low[1]}) is more than `{high[0]}` ({high[1]}), so that no value fits"
    _say(findings, node, key, message, "swap them, or change one")


def _checked_pattern(pattern: str, parameter: Parameter, node: MappingNode, findings: Findings) -> str:
    if parameter.type.kind is not Kind.STRING and not parameter.type.kind.is_name:
        _say(findings, node, "pattern", f"`pattern` has no meaning for {parameter.type}", "remove it")
        return ""
    try:
        compiled(pattern)
    except PatternError as error:
        _say(findings, node, "pattern", f"the pattern can't be used: {error}", "write another one")
        return ""
    return pattern


def _say(findings: Findings, node: MappingNode, key: str, message: str, help: str) -> None:
    value = node.get(key)
    findings.add(SCHEMA_VIOLATION, node.file, value.span if value else node.key_span(key), message, help)


def _with_default(parameter: Parameter, node: Node, findings: Findings) -> Parameter:
    try:
        value = _marked(parameter, from_node(node, parameter.type))
        check_limits(parameter, value)
    except ValueFault as fault:
        findings.add(
            DEFAULT_TYPE_MISMATCH,
            node.file,
            node.span,
            f"the default of `{parameter.name}` does not fit: {fault}",
            fault.help,
        )
        return replace(parameter, default=None)
    return replace(parameter, default=value)


def _value(parameter: Parameter, node: MappingNode, key: str, findings: Findings) -> Value | None:
    value = node.get(key)
    return None if value is None else _one(parameter, value, key, findings)


def _one(parameter: Parameter, node: Node, key: str, findings: Findings) -> Value | None:
    try:
        return _marked(parameter, from_node(node, parameter.type))
    except ValueFault as fault:
        message = f"`{key}` of `{parameter.name}` does not fit its type: {fault}"
        findings.add(DEFAULT_TYPE_MISMATCH, node.file, node.span, message, fault.help)
        return None


def _values(parameter: Parameter, node: MappingNode, key: str, findings: Findings) -> tuple[Value, ...]:
    value = node.get(key)
    if not isinstance(value, SequenceNode):
        return ()
    read = (_one(parameter, item, key, findings) for item in value.items)
    return tuple(item for item in read if item is not None)


def _text(node: MappingNode, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, ScalarNode) else ""


def _flag(node: MappingNode, key: str, *, default: bool) -> bool:
    value = node.get(key)
    return value.text.lower() in {"true", "yes", "on"} if isinstance(value, ScalarNode) else default


def _count(node: MappingNode, key: str, parameter: Parameter, findings: Findings, inherited: int | None) -> int | None:
    value = node.get(key)
    if not isinstance(value, ScalarNode) or not re.fullmatch(r"\d{1,9}", value.text):
        return inherited
    if not parameter.type.is_list:
        _say(findings, node, key, f"`{key}` has no meaning for {parameter.type}", "remove it; it counts a list's items")
        return None
    return int(value.text)


def _marked(parameter: Parameter, value: Value) -> Value:
    return replace(value, secret=True) if parameter.secret else value


# ---- values from callers ---------------------------------------------------------------------------------------------


def read_value(parameter: Parameter, given: object) -> Value:
    """Return a parameter's value from what a caller gives: a `Value`, a Python value, a text as on the command line.

    Raises ValueFault, whose message names parameter and rule, and the value unless it is secret.
    """
    return _read_given(parameter, lambda: to_value(given, parameter.type))


def read_text(parameter: Parameter, text: str) -> Value:
    """Return a parameter's value from the command line's text, which is JSON for a dynamic one. Raises ValueFault."""
    return _read_given(parameter, lambda: parse_text(text, parameter.type))


def _read_given(parameter: Parameter, read: Callable[[], Value]) -> Value:
    try:
        value = _marked(parameter, read())
        check_limits(parameter, value)
    except ValueFault as fault:
        if parameter.secret:
            raise ValueFault(
                f"the value of `{parameter.name}` does not fit its declaration", f"the type is {parameter.type}"
            ) from None
        raise ValueFault(f"the value of `{parameter.name}` does not fit: {fault}", fault.help) from fault
    return value


def check_limits(parameter: Parameter, value: Value) -> None:
    """Check a value of the right type against the declaration's limits. Raises ValueFault."""
    items = value.value if parameter.type.is_list and isinstance(value.value, tuple) else (value.value,)
    if parameter.min_items is not None and len(items) < parameter.min_items:
        raise ValueFault(f"it has {_items(len(items))}", f"give {_items(parameter.min_items)} or more (`min_items`)")
    if parameter.max_items is not None and len(items) > parameter.max_items:
        raise ValueFault(f"it has {_items(len(items))}", f"give {_items(parameter.max_items)} or fewer (`max_items`)")
    for item in items:
        _check_item(parameter, Value(parameter.type.item, item))


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _check_item(parameter: Parameter, item: Value) -> None:
    if parameter.allowed and all(item.value != allowed.value for allowed in parameter.allowed):
        choices = ", ".join(f"`{allowed}`" for allowed in parameter.allowed[:12])
        more = ", ..." if len(parameter.allowed) > 12 else ""
        raise ValueFault(f"`{_short(item)}` is not allowed", f"give one of {choices}{more} (`allowed`)")
    if parameter.min and not _at_least(item.value, parameter.min.value):
        raise ValueFault(f"`{_short(item)}` is less than `min`", f"give `{parameter.min}` or more")
    if parameter.max and not _at_least(parameter.max.value, item.value):
        raise ValueFault(f"`{_short(item)}` is more than `max`", f"give `{parameter.max}` or less")
    if parameter.pattern and not compiled(parameter.pattern).matches(str(item.value)):
        raise ValueFault(
            f"`{_short(item)}` does not match `pattern`", f"give a text that matches `{parameter.pattern}`"
        )


def _at_least(value: object, other: object) -> bool:
    if isinstance(value, RelativeTime) is not isinstance(other, RelativeTime):
        return True  # which of the two is later depends on when the query runs
    if isinstance(value, RelativeTime) and isinstance(other, RelativeTime):
        return value.ticks >= other.ticks
    if isinstance(value, (Datetime, Timespan)) and isinstance(other, (Datetime, Timespan)):
        return value.ticks >= other.ticks
    return bool(value >= other)  # type: ignore[operator]  # both are numbers: the type says so


def _short(item: Value) -> str:
    text = str(item)
    return text if len(text) <= 40 else text[:39] + "…"
