"""Importing, building and importing again changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.convert.exchange import SCHEMA, built, errors, imported, saved_search, template, there_and_back, written
from tests.convert.samples import HUNTING, MSTICPY, NRT, PARSER, RULE, WORKBOOK, alert_rule

if TYPE_CHECKING:
    from pathlib import Path

KQL = {
    "failed sign-ins.kql": '\n\n  // who?\n  SigninLogs   \n  | where ResultType != "0"\n\n',
    "Ünï.kql": "let x = 1;\r\nprint x, '{{ braces: 1 }}', \"{% if %}\" // {# no template #}\r\n",
    "several.kql": "SigninLogs | take 1",
    "a/same.kql": "print 1",
    "b/same.kql": "print 2",
}


def test_kql(tmp_path: Path) -> None:
    first = there_and_back("kql", written(tmp_path / "given", KQL), tmp_path)
    assert list(first.files) == [
        "pack.yaml",
        *(f"queries/{id}.yaml" for id in ("same", "same-2", "failed-sign-ins", "several", "uni")),
    ]


def test_sentinel(tmp_path: Path) -> None:
    given = written(tmp_path / "given", {"rule.yaml": RULE, "hunt.yaml": HUNTING, "nrt.yaml": NRT, "twice.yaml": RULE})
    first = there_and_back("sentinel", given, tmp_path)
    assert [path for path in first.files if "rejected" in path] == [
        "queries/mfa-rejected-by-user.yaml",
        "queries/mfa-rejected-by-user-2.yaml",
    ]


def test_a_parser_is_a_saved_function(tmp_path: Path) -> None:
    first = imported("sentinel", written(tmp_path / "given", {"parser.yaml": PARSER}), tmp_path / "first")
    (function,) = yaml.safe_load(first.files["pack.yaml"])["functions"]
    assert function["name"] == "vimDns"
    assert function["parameters"] == [
        {"name": "starttime", "type": "datetime", "default": None},
        {"name": "domain", "type": "string", "default": "*"},
        {"name": "types", "type": "dynamic", "default": []},
        {"name": "disabled", "type": "bool", "default": False},
    ]
    for target in ("kql", "arm"):
        again = imported(target, built(tmp_path / "first", target, tmp_path / target), tmp_path / f"{target}-again")
        assert again.files == first.files
    assert errors(tmp_path / "first") == []


SEARCHES = [
    saved_search(displayName="[odd] title", category="[odd]", query="['SigninLogs']"),
    saved_search(displayName="one", tags={"description": "Who?", "tactics": "Impact, Persistence", "team": "blue"}),
    saved_search(displayName="one", tags={"description": "Long. " * 40, "description 2": "And more.", "tags": "a,b"}),
    saved_search(
        displayName="Hunt",
        category="Hunting Queries",
        tags={"techniques": "T1110,T1078", "subTechniques": "T1110.003,T1110.001", "severity": "High"},
    ),
    saved_search(displayName="Plain function", functionAlias="Plain"),
    saved_search(
        displayName="With parameters",
        functionAlias="Parametrized",
        functionParameters='user:string = "a\\"b", since:timespan=24h, n:long = -5, t:datetime=datetime(null),'
        " d:dynamic=dynamic(['x', {\"y\": 1}]), b:bool = true, r:real=1.5, at:datetime=datetime(2024-01-02)",
        query="SigninLogs\n| where UserPrincipalName == user and TimeGenerated > ago(since)",
        tags={"description": "Says\nwho."},
    ),
    saved_search(displayName="Without category", category=""),
]


def test_arm(tmp_path: Path) -> None:
    given = written(tmp_path / "given", {"azuredeploy.json": template(*(escaped(one) for one in SEARCHES))})
    first = there_and_back("arm", given, tmp_path)
    pack = yaml.safe_load(first.files["pack.yaml"])
    assert [one["name"] for one in pack["functions"]] == ["Parametrized"]
    assert yaml.safe_load(first.files["queries/odd-title.yaml"])["title"] == "[odd] title"


def test_what_bicep_compiles_is_a_template_too(tmp_path: Path) -> None:
    compiled = {
        "$schema": SCHEMA,
        "languageVersion": "2.0",
        "contentVersion": "1.0.0.0",
        "metadata": {"_generator": {"name": "bicep", "version": "0.36.1.42791", "templateHash": "1"}},
        "variables": {"$fxv#0": "SigninLogs\n| take 5\n"},
        "resources": {
            "search": saved_search(query="[variables('$fxv#0')]", tags={"tactics": "Impact"}),
            "rule": alert_rule(),
        },
    }
    given = written(tmp_path / "given", {"main.json": json.dumps(compiled)})
    made = imported("arm", given, tmp_path / "made")
    assert sorted(made.files) == ["pack.yaml", "queries/mfa-rejected-by-user.yaml", "queries/one.yaml"]
    assert yaml.safe_load(made.files["queries/one.yaml"])["query"] == "SigninLogs\n| take 5\n"


def test_a_solutions_content_templates_hold_rules_and_hunting_queries(tmp_path: Path) -> None:
    hunting = saved_search(category="Hunting Queries", displayName="Rare", tags={"tactics": "Impact", "createdBy": ""})
    rule = {**alert_rule(), "name": "[variables('rule')]", "type": "Microsoft.SecurityInsights/AlertRuleTemplates"}
    solution = {
        "type": "Microsoft.OperationalInsights/workspaces/providers/contentTemplates",
        "properties": {"mainTemplate": json.loads(template(hunting, rule))},
    }
    made = imported("arm", written(tmp_path / "given", {"x.json": template(solution)}), tmp_path / "made")
    assert yaml.safe_load(made.files["queries/rare.yaml"])["publish"] == {"hunting": True}
    rule_made = yaml.safe_load(made.files["queries/mfa-rejected-by-user.yaml"])["publish"]["sentinel_rule"]
    assert rule_made["frequency"] == "PT1H"
    assert errors(tmp_path / "made") == []


def escaped(resource: dict[str, object]) -> dict[str, object]:
    """Write a resource's texts as a template has them."""
    properties = resource["properties"]
    assert isinstance(properties, dict)
    return {
        **resource,
        "properties": {
            key: f"[{value}" if isinstance(value, str) and value.startswith("[") and value.endswith("]") else value
            for key, value in properties.items()
        },
    }


def test_saved_searches(tmp_path: Path) -> None:
    listed = {"value": [{"id": f"/x/{n}", "name": str(n), **one} for n, one in enumerate(SEARCHES)]}
    there_and_back("saved-search", written(tmp_path / "given", {"export.json": json.dumps(listed)}), tmp_path)


def test_what_was_built_of_a_pack_keeps_its_ids_and_all_that_a_saved_search_holds(tmp_path: Path) -> None:
    pack = """\
kqlpack: 1
name: ours
version: 2.1.0
title: Ours
functions:
  - {name: Failed, title: Failed sign-ins, description: Those that failed., category: Base, query: "SigninLogs"}
queries:
  - id: spray
    title: Password spray from one address
    description: Many users, one address.
    severity: medium
    tactics: [CredentialAccess]
    techniques: [T1110.003, T1078]
    tags: [identity]
    query: "Failed | take 5\\n"
    publish:
      saved_search: {category: Entra ID, display_name: Shown, tags: {team: blue}}
      function: {alias: Spray}
      hunting: true
"""
    folder = written(tmp_path / "given", {"pack.yaml": pack})
    wanted = yaml.safe_load(pack)
    for target in ("arm", "saved-search"):
        made = imported(target, built(folder, target, tmp_path / target), tmp_path / f"{target}-again")
        assert yaml.safe_load(made.files["queries/spray.yaml"]) == wanted["queries"][0] | {
            "tags": ["identity"],
        }
        (function,) = yaml.safe_load(made.files["pack.yaml"])["functions"]
        assert function | {"query": "SigninLogs"} == wanted["functions"][0]
        assert made.notes == []


def test_what_was_built_of_a_pack_keeps_its_ids_as_rules(tmp_path: Path) -> None:
    pack = """\
kqlpack: 1
name: ours
version: 2.1.0
title: ours
queries:
  - id: spray
    title: Password spray from one address
    description: Many users, one address.
    severity: medium
    query: "SigninLogs\\n| take 5\\n"
    publish:
      hunting: true
      sentinel_rule: {kind: scheduled, frequency: PT1H, period: P1D, suppression: PT5H}
"""
    folder = written(tmp_path / "given", {"pack.yaml": pack})
    made = imported("sentinel", built(folder, "sentinel", tmp_path / "built"), tmp_path / "again", name="")
    assert made.name == "ours"
    assert yaml.safe_load(made.files["pack.yaml"])["version"] == "2.1.0"
    wanted = {**yaml.safe_load(pack)["queries"][0], "timespan": "P1D"}
    assert yaml.safe_load(made.files["queries/spray.yaml"]) == wanted
    assert made.notes == []


def test_a_rule_that_moves_into_another_pack_keeps_its_guid(tmp_path: Path) -> None:
    given = written(tmp_path / "given", {"nrt.yaml": "query: SigninLogs\nname: A\nkind: NRT\n"})
    imported("sentinel", given, tmp_path / "first")
    moved = imported("sentinel", built(tmp_path / "first", "sentinel", tmp_path / "built"), tmp_path / "b", name="b")
    ids = [yaml.safe_load(path.read_text()).get("id") for path in (tmp_path / "built").rglob("*.yaml")]
    assert [yaml.safe_load(moved.files["queries/a.yaml"])["publish"]["sentinel_rule"]["id"]] == ids


@pytest.mark.parametrize(("kind", "name", "text"), [("arm", "x.workbook", WORKBOOK), ("msticpy", "x.yaml", MSTICPY)])
def test_importing_twice_gives_the_same(kind: str, name: str, text: str, tmp_path: Path) -> None:
    written(tmp_path, {name: text})
    first = imported(kind, tmp_path / name, tmp_path / "first")
    assert imported(kind, tmp_path / name, tmp_path / "again").files == first.files
    assert first.queries
    assert errors(tmp_path / "first") == []
