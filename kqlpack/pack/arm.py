"""KQL inside of JSON as queries. In: an ARM template, what the portal or the API exports. Out: `Query` values.

A query is found by what its resource looks like: saved searches, queries of query packs, alert and Microsoft Sentinel
rules, summary rules, workbooks and dashboards, wherever they lie: in nested templates, in content templates, in the
serialized data of a workbook. Names of properties count in any case, as Azure takes them. An ARM expression (`[...]`)
is not evaluated, unless it does nothing but name a variable or parameter that holds the text.

Source: the Azure templates reference, pages of the resource types; ARM's "Syntax and expressions in ARM templates".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, plain_value
from kqlpack.pack.findings import Findings
from kqlpack.pack.foreign import JSON_MENTIONS
from kqlpack.pack.json_document import compose_json, json_text_map
from kqlpack.pack.model import Publish, Query, Unread
from kqlpack.source import Segment, SourceFile, SourceMap, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Beside `query`, what tells a resource of ours from any other with such a property.
_TELLTALE: Final = frozenset(
    "category displayname functionalias functionparameters queryfrequency queryperiod tactics severity "
    "triggeroperator".split()
)
_EXPRESSION: Final = re.compile(r"\[(?!\[).*\]\s*", re.DOTALL)
# What is one even in a resource that was cut out of its template; in an export, `['odd table']` is a query.
_CALL: Final = re.compile(r"\[\s*[A-Za-z_][\w.]*\s*\(.*\]\s*", re.DOTALL)
_NAMED: Final = re.compile(r"\[\s*(variables|parameters)\s*\(\s*'([^']+)'\s*\)\s*\]\s*")
_IS_EXPRESSION: Final = "it is an ARM expression, which is evaluated when it is deployed"
_RESOURCE_GRAPH: Final = "1"
_LOGS: Final = "0"
_WORKBOOK_TYPES: Final = {"4": "time", "5": "resource", "6": "resource", "7": "resource"}


def from_json(file: SourceFile, findings: Findings) -> tuple[list[Query], list[Unread]]:
    """Return the queries of a file, and those that can't be read."""
    root = compose_json(file, findings)
    walk = _Walk(file)
    if root is not None:
        walk.node(root, None)
    return walk.queries, walk.unread


@dataclass(slots=True)
class _Walk:
    """One file being searched. `outer` leads from the text that is searched to the file."""

    file: SourceFile
    queries: list[Query] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    depth: int = 0
    outer: SourceMap | None = None
    scopes: list[MappingNode] = field(default_factory=list)
    markers: dict[str, str] | None = None
    # The name of the workbook's step that is searched: it stands beside what the step holds.
    step: str = ""
    taken: set[int] = field(default_factory=set)

    def node(self, node: Node, resource: MappingNode | None) -> None:
        """Search a node; `resource`: the mapping around it that has a type."""
        if isinstance(node, SequenceNode):
            for item in node.items:
                self.node(item, resource)
            return
        if not isinstance(node, MappingNode):
            return
        # A resource may have resources of its own, and is no template for that.
        is_template = bool(_get(node, "resources") and (_get(node, "contentVersion") or _get(node, "$schema")))
        if is_template:
            self.scopes.append(node)
            self.depth += 1
        if _is_workbook(node):
            self._workbook(node)
        else:
            self._mapping(node, resource)
        if is_template:
            self.scopes.pop()
            self.depth -= 1

    def _mapping(self, node: MappingNode, resource: MappingNode | None) -> None:
        if isinstance(_get(node, "type"), ScalarNode):
            resource = node
        properties = _get(node, "properties")
        if isinstance(properties, MappingNode):
            self._resource(node, properties)
        elif _looks_ours(node):
            self._resource(node, node)
        self._item(node)
        if isinstance(_get(node, "content"), MappingNode):
            self.step = _plain(node, "name")
        for key, entry in node.entries.items():
            if key.lower() == "serializeddata" and isinstance(entry.value, ScalarNode):
                self._serialized(entry.value)
            else:
                self.node(entry.value, resource)

    # ---- resources ----

    def _resource(self, node: MappingNode, properties: MappingNode) -> None:
        kind = _text(node, "type").lower()
        text = _get(properties, "query")
        if isinstance(text, ScalarNode) and (_looks_ours(properties) or re.search(JSON_MENTIONS, kind)):
            self._add(text, node, properties)
        body = _get(properties, "body")
        if isinstance(body, ScalarNode) and ("querypacks" in kind or _get(properties, "displayName")):
            self._add(body, node, properties)
        source = _get(properties, "source")
        if isinstance(source, MappingNode) and isinstance(text := _get(source, "query"), ScalarNode):
            self._add(text, node, properties)
        rule = _get(properties, "ruleDefinition")
        if isinstance(rule, MappingNode) and isinstance(text := _get(rule, "query"), ScalarNode):
            self._add(text, node, properties)
        criteria = _get(properties, "criteria")
        conditions = _get(criteria, "allOf") if isinstance(criteria, MappingNode) else None
        for condition in conditions.items if isinstance(conditions, SequenceNode) else ():
            if isinstance(condition, MappingNode) and isinstance(text := _get(condition, "query"), ScalarNode):
                self._add(text, node, properties)

    def _item(self, node: MappingNode) -> None:
        """Look at an item of a workbook, or at an input of a dashboard's tile."""
        text = _get(node, "query")
        if isinstance(text, ScalarNode) and self.markers is not None:
            kind = _text(node, "queryType") or _LOGS
            if kind in {_LOGS, _RESOURCE_GRAPH} and not text.text.lstrip().startswith("{"):
                dialect = "resource-graph" if kind == _RESOURCE_GRAPH else ""
                self._add(text, node, node, dialect=dialect)
        if _text(node, "name") == "Query" and isinstance(value := _get(node, "value"), ScalarNode):
            self._add(value, node, node)

    # ---- workbooks ----

    def _workbook(self, node: MappingNode) -> None:
        outer = self.markers
        self.markers = dict(_markers(node))
        for entry in node.entries.values():
            self.node(entry.value, None)
        self.markers = outer

    def _serialized(self, node: ScalarNode) -> None:
        """Search the JSON text inside of a JSON text."""
        if _EXPRESSION.fullmatch(node.text):
            return
        inner = SourceFile(self.file.path, node.text)
        root = compose_json(inner, Findings())
        if root is None:
            self.unread.append(Unread(self._map(node).file, "the workbook's data is no JSON"))
            return
        outer = self.outer
        self.outer = self._map(node)
        self.node(root, None)
        self.outer = outer

    def _map(self, node: ScalarNode) -> SourceMap:
        found = json_text_map(node)
        return found.through(self.outer) if self.outer else found

    # ---- one query ----

    def _add(self, text: ScalarNode, node: MappingNode, properties: MappingNode, dialect: str = "") -> None:
        if text.tag != "str" or id(text) in self.taken:
            return
        self.taken.add(id(text))
        name = _plain(properties, "displayName") or _plain(node, "name") or _plain(node, "title")
        name = name or (self.step if self.markers is not None else "")
        resolved = self._resolved(text)
        if resolved is None:
            self.unread.append(
                Unread(self.file, "it is an ARM expression, which is evaluated when it is deployed", name)
            )
            return
        if not resolved.text.strip():
            return
        source_map = self._map(resolved)
        value = resolved.text
        if value.startswith("[[") and self.outer is None and self.scopes:  # ARM's escape of a text that begins with `[`
            value = value[1:]
            cut = Segment(Span(0, len(value)), Span(1, len(value) + 1))
            source_map = SourceMap(source_map.file, (cut,)).through(source_map)
        self.queries.append(
            Query(
                id=self._free(name or "query"),
                text=value,
                map=source_map,
                title=name,
                description=_described(properties),
                severity=(_text(properties, "severity") or _tags(properties).get("severity", "")).lower(),
                tactics=_listed(properties, "tactics"),
                techniques=with_parts(_listed(properties, "techniques"), _listed(properties, "subTechniques")),
                tags=_parted(_tags(properties).get("tags", "")),
                publish=_publish(properties, _text(node, "kind").lower()),
                is_template=False,
                dialect=dialect,
                markers=self.markers,
                span=source_map.locate(Span(0, 1)).span,
                node=node if self.outer is None else None,
            )
        )

    def _free(self, name: str) -> str:
        taken = {query.id for query in self.queries}
        wanted, count = name, 1
        while wanted in taken:
            count += 1
            wanted = f"{name}-{count}"
        return wanted

    def _resolved(self, text: ScalarNode) -> ScalarNode | None:
        """Return the text, or what the variable or parameter holds that it names; None for any other expression."""
        for _ in range(5):
            value = text.text
            # Inside of an inner template, `[[` begins an expression that is evaluated when that one is deployed.
            if self.depth > 1 and value.startswith("[["):
                value = value[1:]
            if self.outer is not None or not (_EXPRESSION if self.scopes else _CALL).fullmatch(value):
                return text
            named = _NAMED.fullmatch(value)
            found = self._named(named[1], named[2]) if named else None
            if found is None:
                return None
            text = found
        return None

    def _named(self, kind: str, name: str) -> ScalarNode | None:
        for scope in reversed(self.scopes):
            values = _get(scope, kind)
            found = _get(values, name) if isinstance(values, MappingNode) else None
            if isinstance(found, MappingNode) and kind == "parameters":
                found = _get(found, "defaultValue")
            if found is not None:
                return found if isinstance(found, ScalarNode) else None
        return None


def _is_workbook(node: MappingNode) -> bool:
    return isinstance(_get(node, "items"), SequenceNode) and _text(node, "version").startswith("Notebook")


def _markers(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the names of a workbook's parameters, with what their values are like."""
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from _markers(item)
    elif isinstance(node, MappingNode):
        if isinstance(_get(node, "name"), ScalarNode) and _text(node, "version").startswith("KqlParameterItem"):
            yield _text(node, "name"), _WORKBOOK_TYPES.get(_text(node, "type"), "")
        for entry in node.entries.values():
            yield from _markers(entry.value)


def _looks_ours(properties: MappingNode) -> bool:
    keys = {key.lower() for key in properties.entries}
    return "query" in keys and not _TELLTALE.isdisjoint(keys)


def _get(node: MappingNode, key: str) -> Node | None:
    found = node.get(key)
    if found is not None:
        return found
    wanted = key.lower()
    return next((entry.value for name, entry in node.entries.items() if name.lower() == wanted), None)


def _text(node: MappingNode, key: str) -> str:
    value = _get(node, key)
    return value.text if isinstance(value, ScalarNode) and value.tag != "null" else ""


def _plain(node: MappingNode, key: str) -> str:
    """Return a text that is no expression."""
    value = _text(node, key)
    return "" if _EXPRESSION.fullmatch(value) else value


def _tags(properties: MappingNode) -> dict[str, str]:
    """Return a saved search's tags, which are a list of names and values."""
    tags = _get(properties, "tags")
    found = {}
    for item in tags.items if isinstance(tags, SequenceNode) else ():
        if isinstance(item, MappingNode):
            found[_text(item, "name")] = _text(item, "value")
    return found


def _described(properties: MappingNode) -> str:
    tags = _tags(properties)
    parts = [tags.get("description", "")]
    parts += [tags[f"description {count}"] for count in range(2, 16) if f"description {count}" in tags]
    return _plain(properties, "description") or " ".join(part for part in parts if part)


def _listed(properties: MappingNode, key: str) -> tuple[str, ...]:
    value = _get(properties, key)
    if isinstance(value, SequenceNode):
        return tuple(item.text for item in value.items if isinstance(item, ScalarNode))
    return _parted(_tags(properties).get(key, ""))


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def with_parts(techniques: Iterable[str], parts: Iterable[str]) -> tuple[str, ...]:
    """Return techniques with those parts of them that are told apart: `T1110` with `T1110.003` is `T1110.003`."""
    told = [*techniques, *parts]
    numbers = dict.fromkeys(one.partition(".")[0] for one in told)
    of_number = {number: [one for one in told if one.startswith(f"{number}.")] or [number] for number in numbers}
    return tuple(dict.fromkeys(one for found in of_number.values() for one in found))


def _publish(properties: MappingNode, kind: str) -> Publish | None:
    """Return what the resource is, as far as it tells the same in a pack."""
    category, alias = _plain(properties, "category"), _plain(properties, "functionAlias")
    if alias:
        return Publish(function={"alias": alias, **({"category": category} if category else {})})
    if category == "Hunting Queries":
        return Publish(hunting=True)
    if _get(properties, "queryFrequency") is not None or _get(properties, "triggerOperator") is not None:
        return Publish(sentinel_rule={"kind": "scheduled", **_rule(properties)})
    if kind == "nrt":
        return Publish(sentinel_rule={"kind": kind})
    return Publish(saved_search={"category": category}) if category else None


_RULE_KEYS: Final = {"queryFrequency": "frequency", "queryPeriod": "period"}


def _rule(properties: MappingNode) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, name in _RULE_KEYS.items():
        if _plain(properties, key):
            found[name] = _plain(properties, key)
    operator, threshold = _plain(properties, "triggerOperator"), _get(properties, "triggerThreshold")
    if operator and isinstance(threshold, ScalarNode) and threshold.tag == "int":
        found["trigger"] = {"operator": operator, "threshold": plain_value(threshold)}
    return found
