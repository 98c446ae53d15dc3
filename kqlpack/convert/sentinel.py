"""Microsoft Sentinel's rules, hunting queries and parsers in a pack's words. In: a node. Out: `Adoptable`.

The YAML of Microsoft Sentinel's repository has the keys at its top, a resource of Azure has them under `properties`.
Source: Microsoft Sentinel's repository, "Query style guide"; the Azure templates reference, `alertRules`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.convert.adoptable import Adoptable
from kqlpack.convert.functions import declared
from kqlpack.convert.told import Told
from kqlpack.pack.document import MappingNode
from kqlpack.pack.foreign import QUERY_KEYS
from kqlpack.pack.format.query import SEVERITIES
from kqlpack.pack.format.words import OPERATOR
from kqlpack.pack.identity import OWNER, Owner, object_id, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.source import SourceFile

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
KINDS: Final = {"scheduled": "scheduled", "nrt": "nrt"}
SEVERITY: Final = {one: one for one in SEVERITIES}
_OPERATORS: Final = {
    "gt": "GreaterThan",
    "lt": "LessThan",
    "eq": "Equal",
    "ne": "NotEqual",
    **{one.lower(): one for one in OPERATOR.choices},
}
_GROUPINGS: Final = {"singlealert": "SingleAlert", "alertperresult": "AlertPerResult"}
_RULE_KEYS: Final = ("queryFrequency", "queryPeriod", "triggerOperator")
_OWNED: Final = re.compile(rf"\A# {OWNER}: (\S+)\r?$", re.MULTILINE)
_OFF: Final = "suppression is not switched on"


def lost_keys(node: MappingNode) -> Iterator[str]:
    """Say of the keys of a rule, a hunting query, a parser or a resource which are not kept, and why."""
    if isinstance(node.get("properties"), MappingNode):
        from kqlpack.convert.resources import from_resource

        yield from from_resource(node, pack="", is_template=True).lost
    else:
        yield from from_yaml(node, pack="").lost


def from_yaml(node: MappingNode, pack: str, *, is_alone: bool = False) -> Adoptable:
    """Read a mapping of Microsoft Sentinel's YAML. `is_alone`: its file holds nothing else, and may name its owner."""
    told = Told.of(node)
    found = Adoptable(owner=_owner(node.file) if is_alone else None)
    told.take(*(key for key in QUERY_KEYS if told.value(key)))
    if told.value("query") is None:
        _read_parser(told, found)
    else:
        found.title = told.text("name") or told.text("title")
        read_told(told, found)
        kind = told.choice("kind", KINDS)
        if kind or any(told.value(key) is not None for key in _RULE_KEYS):
            found.publish["sentinel_rule"] = read_rule(told, found, kind or "scheduled", _rule_id(told, found, pack))
        else:
            found.publish["hunting"] = True
            _read_hunting_id(told, found)
    if found.owner:
        found.version = told.text("version")
    found.lost = list(told.lost())
    return found


def read_told(told: Told, found: Adoptable) -> None:
    """Read what rules and hunting queries have in common."""
    found.description = told.text("description")
    found.severity = told.choice("severity", SEVERITY)
    found.tactics = told.texts("tactics")
    found.techniques = told.texts("relevantTechniques")
    found.tags = told.texts("tags")
    found.entities = _entities(told)


def read_rule(told: Told, found: Adoptable, kind: str, id: str) -> dict[str, Any]:
    """Return `publish: sentinel_rule:`."""
    rule: dict[str, Any] = {"id": id} if id else {}
    rule["kind"] = kind
    for key, name in (("queryFrequency", "frequency"), ("queryPeriod", "period")):
        if value := told.duration(key):
            rule[name] = value
    found.timespan = rule.get("period", "")
    if told.value("triggerOperator") is not None and told.value("triggerThreshold") is not None:
        operator, threshold = told.choice("triggerOperator", _OPERATORS), told.count("triggerThreshold")
        if operator and threshold is not None:
            rule["trigger"] = {"operator": operator, "threshold": threshold}
    if (enabled := told.flag("enabled")) is not None:
        rule["enabled"] = enabled
    if suppression := _suppression(told):
        rule["suppression"] = suppression
    settings = told.within("eventGroupingSettings")
    if settings and (grouping := settings.choice("aggregationKind", _GROUPINGS)):
        rule["event_grouping"] = grouping
    incident = told.within("incidentConfiguration")
    if incident and (created := incident.flag("createIncident")) is not None:
        rule["create_incident"] = created
    details = told.within("customDetails")
    if details and (kept := {name: text for name in details.node.entries if (text := details.text(name))}):
        rule["custom_details"] = kept
    if told.within("alertDetailsOverride") and (override := told.whole("alertDetailsOverride")):
        rule["alert_details"] = override
    if incident and (rest := _rest(incident, "createIncident")):
        rule["incident"] = rest
    return rule


def _rest(told: Told, but: str) -> dict[str, Any]:
    names = [name for name in told.node.entries if name.lower() != but.lower()]
    return {name: value for name in names if (value := told.whole(name)) not in (None, {}, [], "")}


def _suppression(told: Told) -> str:
    is_on = told.flag("suppressionEnabled")
    if is_on and told.peek("suppressionDuration"):
        return told.duration("suppressionDuration")
    if told.value("suppressionDuration") is not None:
        told.refuse("suppressionDuration", _OFF)
    return ""


def _entities(told: Told) -> list[dict[str, Any]]:
    """Return the entities of which a type and a field are known."""
    result = []
    for one in told.items("entityMappings"):
        fields: dict[str, str] = {}
        for field in one.items("fieldMappings"):
            name, column = field.peek("identifier"), field.peek("columnName")
            if name and column and name not in fields and one.peek("entityType"):
                field.take("identifier", "columnName")
                fields[name] = column
        if fields:
            result.append({"type": one.text("entityType"), "fields": fields})
    return result


# ---- ids -------------------------------------------------------------------------------------------------------------


def _owner(file: SourceFile) -> Owner | None:
    match = _OWNED.search(file.text)
    return owner_of(match[1]) if match else None


def _rule_id(told: Told, found: Adoptable, pack: str) -> str:
    """Return the rule's id, unless the next build gives it the same by itself."""
    id = told.peek("id")
    if not GUID.fullmatch(id):
        told.refuse("id", "Azure's ids of rules are GUIDs, and the next build makes one")
        return ""
    told.take("id")
    return "" if is_derived(id, found.owner, pack) else id


def is_derived(id: str, owner: Owner | None, pack: str) -> bool:
    """Tell whether a build of the pack gives an object this id by itself."""
    return owner is not None and owner.pack == pack and object_id(owner.key) == id.lower()


def _read_hunting_id(told: Told, found: Adoptable) -> None:
    if found.owner and told.peek("id") == object_id(f"{found.owner.key}/hunting"):
        told.take("id")
    told.refuse("id", "a hunting query gets its id from the names of pack and query")


# ---- parsers ---------------------------------------------------------------------------------------------------------


def _read_parser(told: Told, found: Adoptable) -> None:
    """Read a parser, in either of the forms that the repository has: both are saved functions."""
    about = told.within("Function") or told.within("Parser") or told
    found.title = about.text("Title") or told.text("name")
    found.description = told.text("description")
    found.category = told.text("category")
    found.function = told.text("FunctionAlias") or told.text("ParserName") or told.text("FunctionName")
    if told.peek("FunctionName") == found.function:
        told.take("FunctionName")
    parts = []
    for one in told.items("ParserParams"):
        name, type, default = one.text("Name"), one.text("Type"), one.peek("Default")
        if one.value("Default") is not None:
            one.take("Default")
            if type.lower() == "string" and default[:1] not in {'"', "'", "@"}:
                default = f"'{default}'"
        parts.append(f"{name}:{type}" + (f"={default}" if default else ""))
    found.parameters, found.reason = declared(", ".join(parts))
