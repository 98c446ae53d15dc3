"""Microsoft Sentinel's YAML as queries. In: the text of rules, hunting queries or parsers. Out: `Query` values.

A file may hold several documents, or a list of rules. The keys are those of Microsoft Sentinel's own repository:
`query` of rules and hunting queries, `FunctionQuery` and `ParserQuery` of parsers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, compose_all, plain_value, text_of
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings
from kqlpack.pack.foreign import LIST_KEYS, QUERY_KEYS
from kqlpack.pack.model import Entity, Publish, Query
from kqlpack.pack.scalar import scalar_map
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


def from_yaml(file: SourceFile, name: str, findings: Findings) -> list[Query]:
    """Return the queries of a file; a finding where it holds none. `name` stands for the id that one lacks."""
    queries: list[Query] = []
    roots = [document.root for document in compose_all(file, findings)]
    for root in roots:
        for node, text in _holders(root):
            queries.append(_query(node, text, _free(text_of(node, "id") or name, queries)))
    if not queries and not findings.items:
        start = roots[0].span.start if roots and roots[0] else 0
        findings.add(
            SCHEMA_VIOLATION,
            file,
            Span(start, start),
            "the file has neither `kqlpack:` nor a text under `query:`, so that there is nothing to check",
            "begin a pack with `kqlpack: 1`",
        )
    return queries


def _free(id: str, queries: list[Query]) -> str:
    taken = {query.id for query in queries}
    count = 1
    wanted = id
    while wanted in taken:
        count += 1
        wanted = f"{id}-{count}"
    return wanted


def _holders(root: Node | None) -> Iterator[tuple[MappingNode, ScalarNode]]:
    """Yield the mappings that hold a query, with its text."""
    if isinstance(root, SequenceNode):
        for item in root.items:
            if isinstance(item, MappingNode):
                yield from _holders(item)
        return
    if not isinstance(root, MappingNode):
        return
    found = next((node for key in QUERY_KEYS if isinstance(node := root.get(key), ScalarNode)), None)
    if found is not None and found.tag == "str":
        yield root, found
        return
    for key in LIST_KEYS:
        if isinstance(items := root.get(key), SequenceNode):
            yield from _holders(items)


def _query(root: MappingNode, found: ScalarNode, id: str) -> Query:
    id_node = root.get("id")
    return Query(
        id=id,
        text=found.text,
        map=scalar_map(found),
        title=text_of(root, "name") or text_of(root, "Title"),
        description=text_of(root, "description"),
        severity=text_of(root, "severity").lower(),
        tactics=_texts(root.get("tactics")),
        techniques=_texts(root.get("relevantTechniques")),
        timespan=_duration(text_of(root, "queryPeriod")),
        entities=_entities(root.get("entityMappings")),
        publish=_publish(root),
        is_template=False,
        span=id_node.span if id_node else root.key_span("query"),
        node=root,
    )


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
            text_of(field, "identifier"): text_of(field, "columnName")
            for field in (mappings.items if isinstance(mappings, SequenceNode) else ())
            if isinstance(field, MappingNode)
        }
        result.append(Entity(text_of(item, "entityType"), fields))
    return tuple(result)


def _publish(root: MappingNode) -> Publish:
    """Return what the file says it becomes: with a frequency or a rule's kind it is a rule, else a hunting query."""
    kind = text_of(root, "kind").lower()
    if kind not in {"scheduled", "nrt"} and "queryFrequency" not in root.entries:
        return Publish(hunting=True)
    rule: dict[str, object] = {"kind": kind or "scheduled"}
    for key, name in (("queryFrequency", "frequency"), ("queryPeriod", "period")):
        if text_of(root, key):
            rule[name] = _duration(text_of(root, key))
    for key in ("customDetails", "alertDetailsOverride"):
        value = root.get(key)
        if isinstance(value, MappingNode):
            rule["custom_details" if key == "customDetails" else "alert_details"] = plain_value(value)
    return Publish(sentinel_rule=rule)
