"""Resources of Azure in a pack's words. In: a resource's node, which holds a query. Out: `Adoptable`.

Saved searches, rules of Microsoft Sentinel and their templates, log alert rules, queries of query packs; of any other
resource the query is taken, and the rest is said to be left.
Source: the Azure templates reference, pages of the resource types.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.convert.adoptable import Adoptable
from kqlpack.convert.functions import declared
from kqlpack.convert.sentinel import GUID, KINDS, SEVERITY, is_derived, read_rule, read_told
from kqlpack.convert.told import Told
from kqlpack.pack.arm import with_parts
from kqlpack.pack.document import MappingNode, ScalarNode
from kqlpack.pack.format.words import NAME_PATTERN
from kqlpack.pack.identity import OWNER, object_id, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_HUNTING: Final = "hunting queries"
# The tags that kqlpack, or Microsoft Sentinel, puts on a saved search.
_TAGS: Final = frozenset({"description", "tactics", "techniques", "subtechniques", "severity", "tags", OWNER})
_DESCRIPTION: Final = re.compile(r"description(?: (\d{1,2}))?", re.IGNORECASE)
_OPERATORS: Final = {
    "greaterthan": "GreaterThan",
    "greaterthanorequal": "GreaterThanOrEqual",
    "lessthan": "LessThan",
    "lessthanorequal": "LessThanOrEqual",
    "equal": "Equal",
    "equals": "Equal",
}
_AGGREGATIONS: Final = {one.lower(): one for one in ("Count", "Average", "Minimum", "Maximum", "Total")}
_SIDES: Final = {"include": "Include", "exclude": "Exclude"}
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_NO_TAGS: Final = "a hunting query, or a function, has no tags of its own in a pack"


def from_resource(node: MappingNode, pack: str, *, is_template: bool, query: str = "") -> Adoptable:
    """Read a resource; `query` is its text, by which one of several conditions of an alert rule is told."""
    told = Told.of(node, is_template=is_template)
    # What it is, `publish:` says; and what is built has kqlpack's own version of the API.
    told.take("type", "apiVersion")
    properties = told.within("properties") or told
    found = Adoptable(title=properties.text("displayName"))
    kind = told.peek("type").lower()
    if "querypack" in kind or properties.value("body") is not None:
        _query_pack(told, properties, found)
    elif _is_rule(told, properties, kind):
        _rule(told, properties, found, pack)
    elif properties.within("criteria"):
        _alert(told, properties, found, query)
    elif "savedsearches" in kind or any(properties.value(key) for key in ("category", "functionAlias")):
        _saved_search(told, properties, found)
    else:
        _other(told, properties, found)
    found.lost += told.lost()
    return found


def _is_rule(told: Told, properties: Told, kind: str) -> bool:
    has_schedule = any(properties.value(key) is not None for key in ("queryFrequency", "triggerOperator"))
    return "alertrule" in kind or has_schedule or told.peek("kind").lower() in KINDS


def _other(told: Told, properties: Told, found: Adoptable) -> None:
    properties.take("query", "value")
    for key in ("source", "ruleDefinition"):
        if inner := properties.within(key):
            inner.take("query")
    found.description = properties.text("description")
    found.title = found.title or told.text("name") or told.text("title")


# ---- rules -----------------------------------------------------------------------------------------------------------


def _rule(told: Told, properties: Told, found: Adoptable, pack: str) -> None:
    properties.take("query")
    read_told(properties, found)
    techniques = [*properties.texts("techniques"), *found.techniques]
    found.techniques = list(with_parts(techniques, properties.texts("subTechniques")))
    kind = told.choice("kind", KINDS)
    found.publish["sentinel_rule"] = read_rule(properties, found, kind or "scheduled", _rule_id(told, found, pack))


def _rule_id(told: Told, found: Adoptable, pack: str) -> str:
    """Return the GUID in a rule's name or id, where there is one: the rest of it is the deployment's."""
    for key in ("name", "id"):
        node = told.value(key)
        guids = set(GUID.findall(node.text)) if isinstance(node, ScalarNode) else set()
        if len(guids) == 1:
            told.take("name")
            if told.value("id") is not None and guids == set(GUID.findall(_raw(told, "id"))):
                told.take("id")
            id = guids.pop()
            return "" if is_derived(id, found.owner, pack) else id
    told.refuse("name", "it holds no GUID, and the next build makes one")
    return ""


def _raw(told: Told, key: str) -> str:
    node = told.value(key)
    return node.text if isinstance(node, ScalarNode) else ""


# ---- log alert rules -------------------------------------------------------------------------------------------------


def _alert(told: Told, properties: Told, found: Adoptable, query: str) -> None:
    found.description = properties.text("description")
    alert: dict[str, Any] = {}
    if name := told.text("name"):
        alert["name"] = name
    alert["frequency"] = properties.duration("evaluationFrequency")
    alert["window"] = properties.duration("windowSize")
    criteria = properties.within("criteria")
    conditions = criteria.items("allOf") if criteria else []
    texts = [_raw(one, "query") for one in conditions]
    condition = conditions[texts.index(query) if query in texts else 0] if conditions else None
    if condition is None:
        return
    condition.take("query")
    if not alert["frequency"] or not alert["window"] or not _has_threshold(condition):
        # Without these it is no alert in a pack; what was taken of it is given back.
        told.release()
        told.take("type", "apiVersion")
        condition.take("query")
        properties.take("displayName", "description")
        properties.refuse("criteria", "a pack's alert needs frequency, window, operator and threshold")
        return
    alert["operator"] = condition.choice("operator", _OPERATORS)
    alert["threshold"] = condition.number("threshold")
    _alert_details(properties, condition, alert)
    found.publish["alert"] = alert


def _has_threshold(condition: Told) -> bool:
    return condition.peek("operator").lower() in _OPERATORS and bool(_NUMBER.fullmatch(condition.peek("threshold")))


def _alert_details(properties: Told, condition: Told, alert: dict[str, Any]) -> None:
    if (severity := properties.count("severity")) is not None:
        alert["severity"] = severity
    if aggregation := condition.choice("timeAggregation", _AGGREGATIONS):
        alert["aggregation"] = aggregation
    for key, name in (("metricMeasureColumn", "measure_column"), ("resourceIdColumn", "resource_id_column")):
        if value := condition.text(key):
            alert[name] = value
    if dimensions := [one for each in condition.items("dimensions") if (one := _dimension(each))]:
        alert["dimensions"] = dimensions
    if periods := condition.within("failingPeriods"):
        keys = (("minFailingPeriodsToAlert", "min"), ("numberOfEvaluationPeriods", "evaluated"))
        counts = {name: count for key, name in keys if (count := periods.count(key)) is not None}
        alert |= {"failing_periods": counts} if counts else {}
    if mute := properties.duration("muteActionsDuration"):
        alert["mute"] = mute
    for key, name in (("autoMitigate", "auto_mitigate"), ("enabled", "enabled")):
        if (flag := properties.flag(key)) is not None:
            alert[name] = flag
    if (actions := properties.within("actions")) and (groups := actions.texts("actionGroups")):
        alert["action_groups"] = groups


def _dimension(told: Told) -> dict[str, Any]:
    name = told.text("name")
    if not name:
        return {}
    side, values = told.choice("operator", _SIDES), told.texts("values")
    return {"name": name, **({"operator": side} if side else {}), **({"values": values} if values else {})}


# ---- query packs -----------------------------------------------------------------------------------------------------


def _query_pack(told: Told, properties: Told, found: Adoptable) -> None:
    properties.take("body")
    found.description = properties.text("description")
    published: dict[str, Any] = {}
    guids = GUID.findall(_raw(told, "name"))
    if len(guids) == 1:
        told.take("name")
        published["id"] = guids[0]
    if related := properties.within("related"):
        keys = (("categories", "categories"), ("resourceTypes", "resource_types"), ("solutions", "solutions"))
        published |= {name: values for key, name in keys if (values := related.texts(key))}
    tags = properties.within("tags")
    if tags and (labels := tags.texts("labels")):
        published["labels"] = labels
    found.publish["query_pack"] = published


# ---- saved searches --------------------------------------------------------------------------------------------------


def _saved_search(told: Told, properties: Told, found: Adoptable) -> None:
    """Read a saved search, which may be a function or a hunting query; what else is known of it stands in tags."""
    properties.take("query")
    if properties.peek("version") in {"1", "2"}:
        properties.take("version")  # the query language's
    own = _tags(properties, found)
    for each in (told, properties):
        if each.peek("etag") == "*":
            each.take("etag")
    category, alias = properties.text("category"), properties.text("functionAlias")
    signature = properties.peek("functionParameters")
    is_hunting = category.lower() == _HUNTING
    _take_name(told, found, is_hunting=is_hunting)
    if alias and (signature or (found.owner and found.owner.function)):
        found.function, found.category = alias, category
        found.parameters, found.reason = declared(signature)
        properties.take("functionParameters")
        if not re.fullmatch(NAME_PATTERN, alias):
            found.reason = f"`{alias}` is no name that a pack's function can have"
        return
    if is_hunting and not alias:
        found.publish["hunting"] = True
        return
    if alias and re.fullmatch(NAME_PATTERN, alias):
        found.publish["function"] = {"alias": alias}
    elif alias:
        found.lost.append(f"`functionAlias:` is not kept: `{alias}` is no name that a pack's function can have")
    shown: dict[str, Any] = {"category": category} if category else {}
    if kept := {name: value for name, tag in own.items() if (value := tag.text("value"))}:
        shown["tags"] = kept
        for name in kept:
            own[name].take("name")
    # Where a query is both, what one of them says holds for the other; a function has no tags.
    target = "function" if "function" in found.publish and not kept else "saved_search"
    if shown:
        found.publish[target] = {**found.publish.get(target, {}), **shown}


def _take_name(told: Told, found: Adoptable, *, is_hunting: bool) -> None:
    """Take a resource's name that the next build makes again."""
    key = (f"{found.owner.key}/hunting" if is_hunting else found.owner.key) if found.owner else ""
    for name in ("name", "id"):
        if key and object_id(key) in _raw(told, name):
            told.take(name)
        told.refuse(name, "the next build makes one of the names of pack and query")


def _tags(properties: Told, found: Adoptable) -> dict[str, Told]:
    """Read the tags that mean something; return the others by name."""
    tags: dict[str, Told] = {}
    own: dict[str, Told] = {}
    for tag in properties.items("tags"):
        name = tag.peek("name")
        tag.call(name)
        is_known = name.lower() in _TAGS or _DESCRIPTION.fullmatch(name)
        if name and name not in tags and name not in own:
            (tags if is_known else own)[name.lower() if is_known else name] = tag

    def words(name: str) -> list[str]:
        return [word.strip() for word in take(name).split(",") if word.strip()]

    def take(name: str) -> str:
        text = tags[name].text("value") if name in tags else ""
        if text:
            tags[name].take("name")
        return text

    pieces = sorted((int(match[1] or 1), name) for name in tags if (match := _DESCRIPTION.fullmatch(name)))
    # A tag has no lines: those that somebody put into one do not come back from Azure's list of tags either.
    found.description = properties.text("description") or " ".join(_flat(take(name) for _, name in pieces))
    found.tactics = words("tactics")
    found.techniques = list(with_parts(words("techniques"), words("subtechniques")))
    found.tags = words("tags")
    if "severity" in tags and (severity := tags["severity"].choice("value", SEVERITY)):
        tags["severity"].take("name")
        found.severity = severity
    found.owner = owner_of(tags[OWNER].peek("value")) if OWNER in tags else None
    if found.owner:
        take(OWNER)
    for tag in own.values():
        tag.refuse("value", _NO_TAGS)
        tag.refuse("name", _NO_TAGS)
    return own


def _flat(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in text.split()]
