"""What rules ask about a query that runs on a schedule. In: a `Query`. Out: times, and columns that it promises."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeGuard

from kqlpack.values import TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, Timespan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.pack import Query
    from kqlpack.pack.document import MappingNode, Node, ScalarNode

# `{{Column}}` in what an alert is called.
_HOLE: Final = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
# Keys of Microsoft Sentinel's alert details whose value is a column, and not a text with holes.
_COLUMN_KEYS: Final = frozenset({"alertTacticsColumnName", "alertSeverityColumnName"})


class Schedule(NamedTuple):
    """How a rule runs. `frequency` and `period` are None where they are not known; `period_node` is where it stands."""

    what: str
    frequency: Timespan | None
    period: Timespan | None
    period_key: str
    period_node: ScalarNode | None


class Promised(NamedTuple):
    """A column that somebody reads from the result: its name, what it is for, and where that stands."""

    column: str
    purpose: str
    node: ScalarNode


def schedules(query: Query) -> Iterator[Schedule]:
    """Yield the rules that a query becomes and that run on a schedule."""
    publish = query.publish
    if publish is None or query.node is None:
        return
    for what, rule, key, foreign in (
        ("sentinel_rule", publish.sentinel_rule, "period", "queryPeriod"),
        ("alert", publish.alert, "window", ""),
    ):
        if rule is None or rule.get("kind") == "nrt":
            continue
        node = _rule_node(query, what)
        name = key if query.is_template else foreign
        found = node.get(name) if node is not None else None
        yield Schedule(
            what, _timespan(rule.get("frequency")), _timespan(rule.get(key)), name, found if _is_scalar(found) else None
        )


def has_open_time(query: Query) -> bool:
    """Tell whether a caller has to say what time a query reads, so that nobody knows it beforehand."""
    return any(one.is_required and str(one.type) in {"timespan", "datetime"} for one in query.parameters.values())


def period(query: Query) -> Timespan | None:
    """Return the time span that is sent along with a query."""
    return _timespan(query.timespan)


def shown(span: Timespan) -> str:
    """Return a time span as KQL writes short ones: `6h`."""
    for unit, ticks in (("d", TICKS_PER_DAY), ("h", TICKS_PER_HOUR), ("m", TICKS_PER_MINUTE), ("s", TICKS_PER_SECOND)):
        if span.ticks % ticks == 0:
            return f"{span.ticks // ticks}{unit}"
    return str(span)


def promised(query: Query) -> Iterator[Promised]:
    """Yield the columns of the result that a query's entities and alerts read."""
    if query.node is None:
        return
    yield from _entities(query.node, query.is_template)
    for what in ("sentinel_rule", "alert"):
        node = _rule_node(query, what)
        if node is None:
            continue
        for key in ("custom_details", "customDetails"):
            for name, value in _entries(node.get(key)):
                if _is_scalar(value):
                    yield Promised(value.text, f"the detail `{name}`", value)
        for key in ("alert_details", "alertDetailsOverride"):
            yield from _alert_details(node.get(key))
        for key in ("measure_column", "resource_id_column"):
            if _is_scalar(column := node.get(key)):
                yield Promised(column.text, f"`{key}`", column)
        for item in _items(node.get("dimensions")):
            if _is_mapping(item) and _is_scalar(column := item.get("name")):
                yield Promised(column.text, "a dimension", column)


def _entities(node: MappingNode, is_template: bool) -> Iterator[Promised]:  # noqa: FBT001 - which of two formats
    for item in _items(node.get("entities" if is_template else "entityMappings")):
        if not _is_mapping(item):
            continue
        kind = item.get("type" if is_template else "entityType")
        purpose = f"an entity of type `{kind.text}`" if _is_scalar(kind) else "an entity"
        values: list[Node | None]
        if is_template:
            values = [value for _, value in _entries(item.get("fields"))]
        else:
            values = [one.get("columnName") for one in _items(item.get("fieldMappings")) if _is_mapping(one)]
        for value in values:
            if _is_scalar(value):
                yield Promised(value.text, purpose, value)


def _alert_details(node: Node | None) -> Iterator[Promised]:
    for key, value in _entries(node):
        if _is_scalar(value):
            if key in _COLUMN_KEYS:
                yield Promised(value.text, f"`{key}`", value)
            else:
                for match in _HOLE.finditer(value.text):
                    yield Promised(match[1], f"`{key}`", value)
        elif key == "alertDynamicProperties":
            for item in _items(value):
                if _is_mapping(item) and _is_scalar(found := item.get("value")):
                    yield Promised(found.text, f"`{key}`", found)


def _rule_node(query: Query, what: str) -> MappingNode | None:
    """Return the mapping that holds a rule's keys: in other people's files, those of the query itself."""
    if not query.is_template:
        return query.node
    publish = query.node.get("publish") if query.node is not None else None
    found = publish.get(what) if _is_mapping(publish) else None
    return found if _is_mapping(found) else None


def _timespan(text: object) -> Timespan | None:
    from kqlpack.pack.reading import parse_timespan

    return parse_timespan(text) if isinstance(text, str) else None


def _entries(node: Node | None) -> list[tuple[str, Node]]:
    return [(name, entry.value) for name, entry in node.entries.items()] if _is_mapping(node) else []


def _items(node: Node | None) -> tuple[Node, ...]:
    from kqlpack.pack.document import SequenceNode

    return tuple(node.items) if isinstance(node, SequenceNode) else ()


def _is_scalar(node: object) -> TypeGuard[ScalarNode]:
    from kqlpack.pack.document import ScalarNode

    return isinstance(node, ScalarNode) and node.tag != "null" and bool(node.text.strip())


def _is_mapping(node: object) -> TypeGuard[MappingNode]:
    from kqlpack.pack.document import MappingNode

    return isinstance(node, MappingNode)
