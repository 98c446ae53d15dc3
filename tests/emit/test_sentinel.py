"""Packs as Microsoft Sentinel's YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from kqlpack.emit import RenderedQuery, sentinel
from kqlpack.pack.identity import object_id
from kqlpack.pack.model import Entity, Publish
from tests.emit.making import pack, query

RULE = {
    "id": "9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11",
    "kind": "scheduled",
    "frequency": "PT1H",
    "period": "P1D",
    "trigger": {"operator": "GreaterThan", "threshold": 0},
    "enabled": True,
    "suppression": "PT5H",
    "event_grouping": "AlertPerResult",
    "create_incident": True,
    "custom_details": {"Accounts": "Users"},
    "alert_details": {"alertDisplayNameFormat": "Spray from {{IPAddress}}"},
    "incident": {"groupingConfiguration": {"enabled": True, "groupByEntities": ["IP"]}},
}
GOLDEN = """\
# kqlpack: signins/spray
id: 9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11
name: Password spray from one address
description: |
  Many users, one address.
severity: Medium
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110.003]
tags: [identity]
query: |
  SigninLogs
  | take 5
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
customDetails: {Accounts: Users}
alertDetailsOverride: {alertDisplayNameFormat: "Spray from {{IPAddress}}"}
eventGroupingSettings: {aggregationKind: AlertPerResult}
suppressionDuration: 5h
suppressionEnabled: true
incidentConfiguration:
  createIncident: true
  groupingConfiguration: {enabled: true, groupByEntities: [IP]}
enabled: true
version: 1.2.3
kind: Scheduled
"""


def built(*queries: RenderedQuery, **more: Any) -> dict[str, str]:
    return {artifact.path: artifact.content for artifact in sentinel.emit(pack(**more), queries)}


def only(rendered: RenderedQuery) -> dict[str, Any]:
    (text,) = built(rendered).values()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def test_a_rule_has_the_keys_of_sentinels_repository_in_its_order() -> None:
    spray = query(
        title="Password spray from one address",
        description="Many users, one address.",
        severity="medium",
        tactics=("CredentialAccess",),
        techniques=("T1110.003",),
        tags=("identity",),
        entities=(Entity("IP", {"Address": "IPAddress"}),),
        publish=Publish(sentinel_rule=RULE),
    )
    (text,) = built(spray).values()
    assert text == GOLDEN


def test_a_rule_without_an_id_gets_one_that_depends_on_pack_and_query_alone() -> None:
    rule = Publish(sentinel_rule={"kind": "nrt"})
    assert only(query(publish=rule))["id"] == object_id("signins/spray")
    assert only(query(publish=rule, text="T\n", title="another"))["id"] == object_id("signins/spray")


def test_a_rule_that_runs_near_real_time_has_no_frequency() -> None:
    found = only(query(publish=Publish(sentinel_rule={"kind": "nrt"})))
    assert found["kind"] == "NRT"
    assert not found.keys() & {"queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"}


@pytest.mark.parametrize(
    ("given", "written"),
    [("PT5M", "5m"), ("PT1H", "1h"), ("P14D", "14d"), ("PT1H30M", "PT1H30M"), ("P1DT1H", "P1DT1H"), ("P1W", "P1W")],
)
def test_durations_are_written_as_that_repository_does(given: str, written: str) -> None:
    found = only(query(publish=Publish(sentinel_rule={"kind": "scheduled", "frequency": given, "period": given})))
    assert (found["queryFrequency"], found["queryPeriod"]) == (written, written)


def test_a_hunting_query_and_a_rule_are_two_files() -> None:
    both = built(query(publish=Publish(sentinel_rule={"kind": "nrt"}, hunting=True)))
    assert list(both) == ["signins/analytic-rules/spray.yaml", "signins/hunting-queries/spray.yaml"]
    ids = {yaml.safe_load(text)["id"] for text in both.values()}
    assert ids == {object_id("signins/spray"), object_id("signins/spray/hunting")}
    assert "kind" not in yaml.safe_load(both["signins/hunting-queries/spray.yaml"])


def test_other_queries_are_left_out() -> None:
    assert built(query(), query(publish=Publish(saved_search={}))) == {}


def test_a_rule_without_a_description_is_described_by_its_title() -> None:
    assert only(query(title="Spray", publish=Publish(hunting=True)))["description"] == "Spray"
