"""What a pack can't hold is listed; nothing is lost in silence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from kqlpack.convert import adopt
from kqlpack.convert.sentinel import lost_keys
from kqlpack.pack.document import MappingNode, compose
from kqlpack.pack.findings import Findings
from kqlpack.pack.json_document import compose_json
from kqlpack.source import SourceFile
from tests.convert.exchange import saved_search, template, written
from tests.convert.samples import HUNTING, PARSER, RULE, alert_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def imported(folder: Path, kind: str, text: str) -> tuple[dict[str, Any], dict[str, str], dict[str, Any]]:
    """Return the only query's mapping, what is said of each key, and the pack's own keys."""
    suffix = "yaml" if kind == "sentinel" else "json"
    path = written(folder, {f"given.{suffix}": text}) / f"given.{suffix}"
    made = adopt(kind, [path], "ours")
    assert made.diagnostics == []
    queries = [yaml.safe_load(one) for name, one in made.files.items() if name != "pack.yaml"]
    said: dict[str, str] = {}
    for note in made.notes:
        keys, _, why = note.text.partition(" not kept: ")
        for key in keys.split("`")[1::2]:
            said[key.removesuffix(":")] = why
    return (queries[0] if queries else {}), said, yaml.safe_load(made.files["pack.yaml"])


def leaves(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, path)
    else:
        yield path, value


def is_listed(path: tuple[str, ...], said: dict[str, str]) -> bool:
    return any(".".join(path[:end]) in said for end in range(1, len(path) + 1))


def texts_of(entry: object) -> str:
    return json.dumps(entry, ensure_ascii=False).lower()


# What a pack says in other words.
SAID_OTHERWISE = {"1h": "pt1h", "1d": "p1d", "5h": "pt5h", "gt": "greaterthan"}


@pytest.mark.parametrize(("kind", "text"), [("sentinel", RULE), ("arm", template(alert_rule()))])
def test_every_key_of_a_rich_rule_is_kept_or_listed(kind: str, text: str, tmp_path: Path) -> None:
    entry, said, _ = imported(tmp_path, kind, text)
    given = yaml.safe_load(text) if kind == "sentinel" else json.loads(text)["resources"][0]
    kept = texts_of(entry)
    for path, value in leaves(given):
        word = str(value).lower()
        lines = [line.strip().strip("'") for line in word.splitlines()]
        has = all(json.dumps(SAID_OTHERWISE.get(line, line), ensure_ascii=False)[1:-1] in kept for line in lines)
        is_derived = path in {("id",), ("name",), ("type",), ("apiVersion",)}  # what it is; and where its GUID stands
        # T1078 is said by its part.
        has = has or (word == "t1078" and "t1078.004" in kept)
        assert has or is_derived or is_listed(path, said), (path, value)
    for key in said:
        assert said[key], key


def test_what_is_listed_of_a_rule(tmp_path: Path) -> None:
    _, said, _ = imported(tmp_path, "sentinel", RULE)
    assert said == {
        "requiredDataConnectors": "the tables that a query reads tell which connectors it needs",
        "status": "a pack has no such key",
        "sentinelEntitiesMappings": "a pack has no such key",
        "metadata": "its author belongs under the pack's `maintainers:`",
        "version": "a pack has one version for all of its queries",
    }


def test_what_is_kept_of_a_rule(tmp_path: Path) -> None:
    entry, _, _ = imported(tmp_path, "sentinel", RULE)
    assert entry["publish"]["sentinel_rule"] == {
        "id": "d99cf5c3-d660-436c-895b-8a8f8448da23",
        "kind": "scheduled",
        "frequency": "PT1H",
        "period": "P1D",
        "trigger": {"operator": "GreaterThan", "threshold": 0},
        "enabled": False,
        "suppression": "PT5H",
        "event_grouping": "AlertPerResult",
        "create_incident": True,
        "custom_details": {"User": "UserPrincipalName"},
        "alert_details": {
            "alertDisplayNameFormat": "Refused by {{UserPrincipalName}}",
            "alertDynamicProperties": [{"alertProperty": "AlertLink", "value": "Link"}],
        },
        "incident": {
            "groupingConfiguration": {
                "enabled": True,
                "reopenClosedIncident": False,
                "lookbackDuration": "PT5H",
                "matchingMethod": "Selected",
                "groupByEntities": ["Account"],
                "groupByAlertDetails": [],
                "groupByCustomDetails": [],
            }
        },
    }
    assert entry["description"] == "Somebody refused a prompt.\nAsk them.\n"
    assert entry["entities"] == [
        {"type": "Account", "fields": {"FullName": "UserPrincipalName"}},
        {"type": "IP", "fields": {"Address": "IPAddress"}},
    ]
    assert entry["techniques"] == ["T1078", "T1078.004"]
    assert (entry["tags"], entry["timespan"]) == (["AADSecOpsGuide"], "P1D")


def test_what_is_listed_of_a_rules_resource(tmp_path: Path) -> None:
    entry, said, _ = imported(tmp_path, "arm", template(alert_rule()))
    deployment = "it belongs to the deployment"
    assert said == {
        "location": deployment,
        "dependsOn": deployment,
        "condition": deployment,
        "etag": deployment,
        "comments": "a pack has no such key",
        "properties.startTimeUtc": "a pack has no such key",
        "properties.alertRuleTemplateName": "a pack has no such key",
        "properties.templateVersion": "a pack has no such key",
        "properties.sentinelEntitiesMappings": "a pack has no such key",
    }
    assert entry["publish"]["sentinel_rule"]["id"] == "0b9ae89d-8cad-461c-808f-0494f70ad5c4"
    assert entry["techniques"] == ["T1078.004", "T1110"]


def test_a_resource_that_runs_near_real_time(tmp_path: Path) -> None:
    resource = alert_rule()
    resource["kind"] = "NRT"
    for key in ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"):
        del resource["properties"][key]
    entry, _, _ = imported(tmp_path, "arm", template(resource))
    assert entry["publish"]["sentinel_rule"]["kind"] == "nrt"


@pytest.mark.parametrize(
    ("properties", "key", "why"),
    [
        ({"severity": "[parameters('severity')]"}, "severity", "it is an ARM expression, which is evaluated when"),
        ({"severity": "Grave"}, "severity", "a pack has no `Grave` there"),
        ({"queryFrequency": "1w"}, "queryFrequency", "`1w` is no duration that a pack takes; write one as `PT1H`"),
        ({"triggerOperator": "Above"}, "triggerOperator", "a pack has no `Above` there"),
        ({"triggerThreshold": "-1"}, "triggerThreshold", "a pack has no such key"),
        ({"suppressionEnabled": False}, "suppressionDuration", "suppression is not switched on"),
        ({"customDetails": {"A": "[variables('a')]"}}, "customDetails", "it is an ARM expression"),
        ({"alertDetailsOverride": {"a": ["[variables('a')]"]}}, "alertDetailsOverride", "it is an ARM expression"),
        ({"entityMappings": [{"entityType": "IP", "fieldMappings": []}]}, "entityMappings", "a pack has no such key"),
        ({"eventGroupingSettings": {"aggregationKind": "X"}}, "eventGroupingSettings", "a pack has no `X` there"),
        ({"tactics": ["Impact", {"a": 1}]}, "tactics", "a pack has no such key"),
    ],
)
def test_a_value_that_a_pack_does_not_take_is_listed(
    properties: dict[str, Any], key: str, why: str, tmp_path: Path
) -> None:
    _, said, _ = imported(tmp_path, "arm", template(alert_rule(**properties)))
    (found,) = [one for name, one in said.items() if name.startswith(f"properties.{key}")]
    assert found.startswith(why)


def test_a_hunting_query_and_a_parser(tmp_path: Path) -> None:
    _, said, _ = imported(tmp_path, "sentinel", HUNTING)
    assert said == {"id": "a hunting query gets its id from the names of pack and query"}
    _, said, _ = imported(tmp_path, "sentinel", PARSER)
    assert list(said) == ["Parser.Version", "Parser.LastUpdated"]


def test_a_saved_searchs_tags(tmp_path: Path) -> None:
    tags = {"createdBy": "x", "severity": "Grave", "tactics": "Impact"}
    hunting = saved_search(category="Hunting Queries", tags=tags)
    entry, said, _ = imported(tmp_path, "arm", template(hunting))
    assert {key.removesuffix(".value"): why for key, why in said.items()} == {
        "name": "the next build makes one of the names of pack and query",
        "properties.tags.createdBy": "a hunting query, or a function, has no tags of its own in a pack",
        "properties.tags.severity": "a pack has no `Grave` there",
    }
    assert (entry["tactics"], entry["publish"]) == (["Impact"], {"hunting": True})


def test_a_function_has_no_tactics_in_a_pack(tmp_path: Path) -> None:
    one = saved_search(functionAlias="F", functionParameters="a:string", tags={"tactics": "Impact", "team": "blue"})
    path = written(tmp_path, {"given.json": template(one)}) / "given.json"
    assert {note.text for note in adopt("arm", [path]).notes} >= {
        "its `tactics` are not kept: a pack's function has none",
        "`properties.tags.team:` is not kept: a hunting query, or a function, has no tags of its own in a pack",
    }


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        ("T:(*)", "its parameter `T` takes a table, and a pack's function takes single values"),
        ("a:string = 5", "the default of its parameter `a` is nothing that a pack can hold"),
        ("a string", "its parameters `a string` are no KQL"),
        ("['a b']:string", "its parameter `a b` has a name that a pack's function can't have"),
    ],
)
def test_a_function_that_a_pack_cannot_declare_is_left_out(signature: str, why: str, tmp_path: Path) -> None:
    one = saved_search(functionAlias="F", functionParameters=signature)
    path = written(tmp_path, {"given.json": template(one)}) / "given.json"
    made = adopt("arm", [path])
    assert made.queries == 0
    assert [(note.query, note.text) for note in made.notes] == [("F", f"it was left out: {why}")]


LOG_ALERT = {
    "type": "Microsoft.Insights/scheduledQueryRules",
    "name": "too-many",
    "kind": "LogAlert",
    "identity": {"type": "SystemAssigned"},
    "tags": {"team": "blue"},
    "properties": {
        "displayName": "Too many",
        "description": "More than usual.",
        "severity": 2,
        "enabled": True,
        "evaluationFrequency": "PT5M",
        "windowSize": "PT1H",
        "overrideQueryTimeRange": "P1D",
        "scopes": ["/x"],
        "targetResourceTypes": ["Microsoft.Compute/virtualMachines"],
        "muteActionsDuration": "PT30M",
        "autoMitigate": False,
        "skipQueryValidation": True,
        "criteria": {
            "allOf": [
                {
                    "query": "Heartbeat | summarize n = count() by Computer",
                    "timeAggregation": "Total",
                    "metricMeasureColumn": "n",
                    "resourceIdColumn": "_ResourceId",
                    "operator": "GreaterThan",
                    "threshold": 1.5,
                    "dimensions": [{"name": "Computer", "operator": "Include", "values": ["*"]}],
                    "failingPeriods": {"numberOfEvaluationPeriods": 3, "minFailingPeriodsToAlert": 2},
                }
            ]
        },
        "actions": {"actionGroups": ["/group"], "customProperties": {"a": "b"}},
    },
}


def test_a_log_alert_rule(tmp_path: Path) -> None:
    entry, said, _ = imported(tmp_path, "arm", template(LOG_ALERT))
    assert entry["publish"]["alert"] == {
        "name": "too-many",
        "frequency": "PT5M",
        "window": "PT1H",
        "operator": "GreaterThan",
        "threshold": 1.5,
        "severity": 2,
        "aggregation": "Total",
        "measure_column": "n",
        "resource_id_column": "_ResourceId",
        "dimensions": [{"name": "Computer", "operator": "Include", "values": ["*"]}],
        "failing_periods": {"min": 2, "evaluated": 3},
        "mute": "PT30M",
        "auto_mitigate": False,
        "enabled": True,
        "action_groups": ["/group"],
    }
    assert list(said) == [
        "kind",
        "identity",
        "tags",
        "properties.overrideQueryTimeRange",
        "properties.scopes",
        "properties.targetResourceTypes",
        "properties.skipQueryValidation",
        "properties.actions.customProperties",
    ]


def test_a_query_pack(tmp_path: Path) -> None:
    resource = {
        "type": "Microsoft.OperationalInsights/queryPacks/queries",
        "name": "pack/9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11",
        "properties": {
            "displayName": "Heartbeats",
            "description": "All of them.",
            "body": "Heartbeat",
            "related": {"categories": ["monitor"], "resourceTypes": ["a/b"], "solutions": ["S"]},
            "tags": {"labels": ["x"], "other": ["y"]},
        },
    }
    entry, said, _ = imported(tmp_path, "arm", template(resource))
    assert entry["publish"]["query_pack"] == {
        "id": "9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11",
        "categories": ["monitor"],
        "resource_types": ["a/b"],
        "solutions": ["S"],
        "labels": ["x"],
    }
    assert list(said) == ["properties.tags.other"]


def test_lost_keys_reads_yaml_and_resources() -> None:
    rule = compose(SourceFile("rule.yaml", RULE), Findings()).root
    resource = compose_json(SourceFile("rule.json", json.dumps(alert_rule())), Findings())
    assert isinstance(rule, MappingNode)
    assert isinstance(resource, MappingNode)
    assert "`version:` is not kept: a pack has one version for all of its queries" in list(lost_keys(rule))
    assert any("`properties.templateVersion:`" in one for one in lost_keys(resource))
