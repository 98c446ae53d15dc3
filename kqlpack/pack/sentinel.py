"""Microsoft Sentinel's YAML as a query. In: the text of a rule, a hunting query or a parser. Out: a `Query`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, compose, plain_value
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings
from kqlpack.pack.model import Entity, Publish, Query
from kqlpack.pack.scalar import scalar_map
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from pathlib import Path

# The keys that hold the query: of rules and hunting queries, and of parsers (ASIM).
_QUERY_KEYS = ("query", "FunctionQuery", "ParserQuery")


def from_yaml(file: SourceFile, path: Path, findings: Findings) -> Query | None:
    """Return the query of a file, or None, and a finding, where it holds none."""
    root = compose(file, findings).root
    if not isinstance(root, MappingNode):
        return None
    found = next((root.get(key) for key in _QUERY_KEYS if isinstance(root.get(key), ScalarNode)), None)
    if not isinstance(found, ScalarNode):
        findings.add(
            SCHEMA_VIOLATION,
            file,
            Span(root.span.start, root.span.start),
            "the file has neither `kqlpack:` nor a text under `query:`, so that there is nothing to check",
            "begin a pack with `kqlpack: 1`",
        )
        return None
    id_node = root.get("id")
    return Query(
        id=_text(root, "id") or path.stem,
        text=found.text,
        map=scalar_map(found),
        title=_text(root, "name") or _text(root, "Title"),
        description=_text(root, "description"),
        severity=_text(root, "severity").lower(),
        tactics=_texts(root.get("tactics")),
        techniques=_texts(root.get("relevantTechniques")),
        timespan=_duration(_text(root, "queryPeriod")),
        entities=_entities(root.get("entityMappings")),
        publish=_publish(root),
        is_template=False,
        span=id_node.span if id_node else root.key_span("query"),
        node=root,
    )


def _text(node: MappingNode, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, ScalarNode) and value.tag != "null" else ""


def _texts(node: Node | None) -> tuple[str, ...]:
    if not isinstance(node, SequenceNode):
        return ()
    return tuple(item.text for item in node.items if isinstance(item, ScalarNode))


def _duration(text: str) -> str:
    """Return a Sentinel period (`1d`, `30m`) as an ISO 8601 duration."""
    count, unit = text[:-1], text[-1:].lower()
    if not count.isdecimal() or unit not in {"d", "h", "m"}:
        return text if text.upper().startswith("P") else ""
    return f"P{count}D" if unit == "d" else f"PT{count}{unit.upper()}"


def _entities(node: Node | None) -> tuple[Entity, ...]:
    result = []
    for item in node.items if isinstance(node, SequenceNode) else ():
        if not isinstance(item, MappingNode):
            continue
        mappings = item.get("fieldMappings")
        fields = {
            _text(field, "identifier"): _text(field, "columnName")
            for field in (mappings.items if isinstance(mappings, SequenceNode) else ())
            if isinstance(field, MappingNode)
        }
        result.append(Entity(_text(item, "entityType"), fields))
    return tuple(result)


def _publish(root: MappingNode) -> Publish:
    """Return what the file says it becomes: with a frequency or a rule's kind it is a rule, else a hunting query."""
    kind = _text(root, "kind").lower()
    if kind not in {"scheduled", "nrt"} and "queryFrequency" not in root.entries:
        return Publish(hunting=True)
    rule: dict[str, object] = {"kind": kind or "scheduled"}
    for key, name in (("queryFrequency", "frequency"), ("queryPeriod", "period")):
        if _text(root, key):
            rule[name] = _duration(_text(root, key))
    for key in ("customDetails", "alertDetailsOverride"):
        value = root.get(key)
        if isinstance(value, MappingNode):
            rule["custom_details" if key == "customDetails" else "alert_details"] = plain_value(value)
    return Publish(sentinel_rule=rule)
