"""Microsoft Sentinel's YAML, a file for each rule and hunting query. In: a pack, its rendered queries. Out: YAML.

The keys stand in the order of Microsoft Sentinel's own repository (source: its "Query style guide", and its rules). The
first line is a comment that says whose query it is. `requiredDataConnectors`, which that repository asks for, is left
to whoever hands a rule in there: a pack doesn't know connectors.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.emit.artifact import Artifact
from kqlpack.pack.identity import OWNER, object_id
from kqlpack.pack.write import to_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kqlpack.emit.rendered import RenderedFunction, RenderedQuery
    from kqlpack.pack.model import Pack, Query

_MEDIA_TYPE: Final = "application/yaml"
_OPERATORS: Final = {"GreaterThan": "gt", "LessThan": "lt", "Equal": "eq", "NotEqual": "ne"}
_KINDS: Final = {"scheduled": "Scheduled", "nrt": "NRT"}
_DURATION: Final = re.compile(r"P(?:(\d+D)|T(\d+[HM]))")


def emit(
    pack: Pack,
    queries: Sequence[RenderedQuery],
    functions: Sequence[RenderedFunction] = (),  # noqa: ARG001 - Microsoft Sentinel's YAML has no functions
) -> tuple[Artifact, ...]:
    """Return a file for each query that publishes a `sentinel_rule`, and one for each that publishes `hunting`."""
    found: list[Artifact] = []
    for rendered in queries:
        query = rendered.query
        publish = query.publish
        if publish is None:
            continue
        head = f"# {OWNER}: {pack.name}/{query.id}\n"
        if publish.sentinel_rule is not None:
            text = head + to_yaml(_rule(pack, query, rendered.text, publish.sentinel_rule))
            found.append(Artifact(f"{pack.name}/analytic-rules/{query.id}.yaml", _MEDIA_TYPE, text))
        if publish.hunting:
            text = head + to_yaml(_hunting(pack, query, rendered.text))
            found.append(Artifact(f"{pack.name}/hunting-queries/{query.id}.yaml", _MEDIA_TYPE, text))
    return tuple(sorted(found, key=lambda artifact: artifact.path))


def _rule(pack: Pack, query: Query, text: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    found = {"id": rule.get("id") or object_id(f"{pack.name}/{query.id}"), **_told(query)}
    for key, name in (("queryFrequency", "frequency"), ("queryPeriod", "period")):
        if name in rule:
            found[key] = _duration(rule[name])
    trigger = rule.get("trigger") or {}
    if "operator" in trigger:
        found["triggerOperator"] = _OPERATORS.get(trigger["operator"], trigger["operator"])
    if "threshold" in trigger:
        found["triggerThreshold"] = trigger["threshold"]
    found |= _classified(query)
    found["query"] = text
    found |= _entities(query)
    found |= _handling(rule)
    found["version"] = pack.version or "1.0.0"
    found["kind"] = _KINDS[rule["kind"]]
    return found


def _hunting(pack: Pack, query: Query, text: str) -> dict[str, Any]:
    found = {"id": object_id(f"{pack.name}/{query.id}/hunting"), **_told(query), **_classified(query), "query": text}
    return {**found, **_entities(query), "version": pack.version or "1.0.0"}


def _told(query: Query) -> dict[str, Any]:
    found: dict[str, Any] = {"name": query.title or query.id}
    # Microsoft Sentinel takes no rule without a description.
    found["description"] = query.description.strip("\n") + "\n" if query.description.strip() else found["name"]
    if query.severity:
        found["severity"] = query.severity.capitalize()
    return found


def _classified(query: Query) -> dict[str, Any]:
    lists = {"tactics": query.tactics, "relevantTechniques": query.techniques, "tags": query.tags}
    return {key: list(values) for key, values in lists.items() if values}


def _entities(query: Query) -> dict[str, Any]:
    mapped = [
        {
            "entityType": one.type,
            "fieldMappings": [{"identifier": name, "columnName": column} for name, column in one.fields.items()],
        }
        for one in query.entities
    ]
    return {"entityMappings": mapped} if mapped else {}


def _handling(rule: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what becomes of a rule's rows: its details, its alerts, its incidents."""
    for key, name in (("customDetails", "custom_details"), ("alertDetailsOverride", "alert_details")):
        if rule.get(name):
            yield key, rule[name]
    if "event_grouping" in rule:
        yield "eventGroupingSettings", {"aggregationKind": rule["event_grouping"]}
    if "suppression" in rule:
        yield "suppressionDuration", _duration(rule["suppression"])
        yield "suppressionEnabled", True
    incident = dict(rule.get("incident") or {})
    if "create_incident" in rule:
        incident = {"createIncident": rule["create_incident"], **incident}
    if incident:
        yield "incidentConfiguration", incident
    if "enabled" in rule:
        yield "enabled", rule["enabled"]


def _duration(text: str) -> str:
    """Return a duration as those files write it: `1d` for `P1D`. One of several units stays as it is."""
    match = _DURATION.fullmatch(text)
    return (match[1] or match[2]).lower() if match else text
