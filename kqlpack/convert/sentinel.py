"""What of Microsoft Sentinel's rules the pack format holds. In: a rule's node. Out: `sentinel_rule`, and what is lost.

Source: Microsoft Sentinel's repository, "Query style guide"; the Azure templates reference, `alertRules`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.pack.document import MappingNode, ScalarNode, plain_value
from kqlpack.pack.foreign import QUERY_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.pack import Query

OPERATORS: Final = {
    "gt": "GreaterThan",
    "lt": "LessThan",
    "eq": "Equal",
    "ne": "NotEqual",
}
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Keys of a rule's file that a pack's query holds, in its own words.
_KEPT: Final = frozenset(
    "id name title description severity tactics relevantTechniques queryFrequency queryPeriod triggerOperator"
    " triggerThreshold kind entityMappings customDetails alertDetailsOverride eventGroupingSettings"
    " suppressionEnabled suppressionDuration incidentConfiguration enabled tags".split()
) | set(QUERY_KEYS)
# Of JSON: what a resource has besides its properties.
_RESOURCE: Final = frozenset("type apiversion name properties location dependson etag category displayname".split())
_WHY: Final = {
    "version": "a pack has one version for all of its queries",
    "requiredDataConnectors": "the tables that a query reads tell which connectors it needs",
    "status": "a pack has no such key",
    "metadata": "its author belongs under the pack's `maintainers:`",
}


def rule_of(query: Query) -> dict[str, Any]:
    """Return `publish: sentinel_rule:` of a query that was read from a rule's YAML or JSON."""
    publish = query.publish
    node = query.node
    if publish is None or publish.sentinel_rule is None or node is None:
        return {}
    rule: dict[str, Any] = {}
    id_node = node.get("id")
    if isinstance(id_node, ScalarNode) and _GUID.fullmatch(id_node.text):
        rule["id"] = id_node.text
    rule.update(publish.sentinel_rule)
    operator, threshold = node.get("triggerOperator"), node.get("triggerThreshold")
    if isinstance(operator, ScalarNode) and isinstance(threshold, ScalarNode):
        name = OPERATORS.get(operator.text.lower(), operator.text)
        rule["trigger"] = {"operator": name, "threshold": plain_value(threshold)}
    grouping = node.get("eventGroupingSettings")
    if isinstance(grouping, MappingNode) and isinstance(kind := grouping.get("aggregationKind"), ScalarNode):
        rule["event_grouping"] = kind.text
    if isinstance(enabled := node.get("enabled"), ScalarNode) and enabled.tag == "bool":
        rule["enabled"] = plain_value(enabled)
    incident = node.get("incidentConfiguration")
    if isinstance(incident, MappingNode):
        created = incident.get("createIncident")
        if isinstance(created, ScalarNode) and created.tag == "bool":
            rule["create_incident"] = plain_value(created)
        grouped = incident.get("groupingConfiguration")
        if isinstance(grouped, MappingNode):
            rule["incident"] = plain_value(grouped)
    return rule


def lost_keys(node: MappingNode) -> Iterator[str]:
    """Say of a file's keys which are not kept, and why."""
    if "properties" in node.entries or "type" in node.entries:
        return
    for key in node.entries:
        if key not in _KEPT and key.lower() not in _RESOURCE:
            why = _WHY.get(key, "a pack has no such key")
            yield f"`{key}:` is not kept: {why}"
