"""msticpy's query files. In: a YAML file. Out: its queries, each with what is said of its placeholders.

Source: msticpy's documentation, "Creating query templates": `metadata`, `defaults` and `sources`, whose parameters add
to the defaults' or replace them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.convert.guess import Hint
from kqlpack.pack.document import MappingNode, ScalarNode, SequenceNode, compose, plain_value, text_of
from kqlpack.pack.findings import SCHEMA_VIOLATION, Findings
from kqlpack.pack.model import Query
from kqlpack.pack.scalar import scalar_map
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIALECTS: Final = {
    "LogAnalytics": "",
    "AzureSentinel": "",
    "MSSentinel": "",
    "MDE": "defender-xdr",
    "M365D": "defender-xdr",
    "MDATP": "defender-xdr",
    "M365DGraph": "defender-xdr",
    "ResourceGraph": "resource-graph",
    "Kusto": "azure-data-explorer",
}
_TYPES: Final = {"datetime": "datetime", "list": "list[string]", "int": "long", "float": "real", "bool": "bool"}


@dataclass(frozen=True, slots=True)
class Source:
    """A query of the file. `reason`: why it is none of KQL."""

    query: Query
    hints: dict[str, Hint]
    reason: str = ""


def read_msticpy(file: SourceFile, findings: Findings) -> list[Source]:
    """Return the queries of a file."""
    root = compose(file, findings).root
    sources = root.get("sources") if isinstance(root, MappingNode) else None
    if not isinstance(root, MappingNode) or not isinstance(sources, MappingNode):
        if not findings.items:
            message = "the file has no `sources:`, so that it is no query file of msticpy"
            findings.add(SCHEMA_VIOLATION, file, Span(0, 0), message, "name a file of msticpy's data/queries")
        return []
    defaults = root.get("defaults")
    common = defaults if isinstance(defaults, MappingNode) else MappingNode(file, Span(0, 0))
    metadata = root.get("metadata")
    environments = _texts(metadata, "data_environments")
    dialect = next((_DIALECTS[one] for one in environments if one in _DIALECTS), None)
    reason = "" if dialect is not None or not environments else f"it is for {', '.join(environments)}, not for KQL"
    result = []
    for name, entry in sources.entries.items():
        found = _source(name, entry.value, common, dialect or "", reason)
        if found is not None:
            result.append(found)
    return result


def _source(name: str, node: object, common: MappingNode, dialect: str, reason: str) -> Source | None:
    if not isinstance(node, MappingNode):
        return None
    args = node.get("args")
    text = args.get("query") if isinstance(args, MappingNode) else None
    if not isinstance(text, ScalarNode):
        return None
    hints = dict(_hints(common.get("parameters")))
    hints.update(_hints(node.get("parameters")))
    query = Query(
        name,
        text.text,
        scalar_map(text),
        title=name.replace("_", " "),
        description=text_of(node, "description"),
        is_template=False,
        dialect=dialect,
        node=node,
        span=text.span,
    )
    return Source(query, hints, reason)


def _hints(node: object) -> Iterator[tuple[str, Hint]]:
    for name, entry in node.entries.items() if isinstance(node, MappingNode) else ():
        declared = entry.value
        if isinstance(declared, MappingNode):
            default = declared.get("default")
            type = _TYPES.get(text_of(declared, "type"), "")
            text = None
            if isinstance(default, ScalarNode):
                text = "" if default.tag == "null" else default.text
            elif isinstance(default, SequenceNode):
                items = plain_value(default)
                text = json.dumps(items)
                if isinstance(items, list) and items and all(isinstance(item, int) for item in items):
                    type = "list[long]"
            yield name, Hint(type, text, text_of(declared, "description"))


def _texts(node: object, key: str) -> list[str]:
    value = node.get(key) if isinstance(node, MappingNode) else None
    if isinstance(value, ScalarNode):
        return [value.text]
    items = value.items if isinstance(value, SequenceNode) else ()
    return [item.text for item in items if isinstance(item, ScalarNode)]
