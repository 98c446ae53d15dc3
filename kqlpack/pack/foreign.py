"""Other people's files as packs. In: a `.kql` file, or Microsoft Sentinel's YAML. Out: a `Pack` of one query.

Braces in them mean nothing: they are no templates. Keys that kqlpack does not know are theirs, and not looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, compose, plain_value
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings
from kqlpack.pack.model import Entity, Pack, Publish, Query
from kqlpack.pack.scalar import scalar_map
from kqlpack.source import SourceFile, SourceMap, Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

KQL_SUFFIXES = frozenset({".kql", ".csl", ".kusto"})
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
# The keys that hold the query: of rules and hunting queries, and of parsers (ASIM).
_QUERY_KEYS = ("query", "FunctionQuery", "ParserQuery")


def load_foreign(path: str | PathLike[str], *, texts: Mapping[str, str] | None = None) -> Pack:
    """Read a file of another format as a pack. `texts` stand for what files of these paths hold.

    Never raises for what is in the file; a YAML file without a query gives a pack without queries.
    """
    path = Path(path)
    findings = Findings()
    file = read_file(path, texts or {}, findings, "")
    if file is None:
        return Pack(path, SourceFile(str(path), ""), diagnostics=findings.sorted(), is_foreign=True)
    if path.suffix.lower() in YAML_SUFFIXES:
        query = _from_yaml(file, path, findings)
    else:
        query = Query(path.stem, file.text, SourceMap.identity(file), is_template=False)
    return Pack(
        path,
        file,
        name=path.stem,
        title=query.title if query else "",
        description=query.description if query else "",
        queries={query.id: query} if query else {},
        files=(file,),
        diagnostics=findings.sorted(),
        is_foreign=True,
        node=query.node if query else None,
    )


def is_pack_file(file: SourceFile) -> bool:
    """Tell whether a YAML text is a pack by itself: a mapping with the key `kqlpack`, even if its rest is broken."""
    return any(line.startswith(("kqlpack:", '"kqlpack":', "'kqlpack':")) for line in file.text.splitlines())


def _from_yaml(file: SourceFile, path: Path, findings: Findings) -> Query | None:
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
