"""Importing, building and importing again changes nothing, whatever the texts are."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.convert.exchange import saved_search, template, there_and_back, written

# Each takes a moment: files are written, a pack is built and linted.
FEW = settings(max_examples=8)
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cn"], include_characters="'\"[]{}#:%|>&*!-\n\t \u2028\x85"), max_size=40
)
TITLES = WORDS.filter(lambda text: text.strip())
LISTS = st.lists(st.sampled_from(["Impact", "no", "1.10", "x y", "é", "null", "a:b"]), max_size=3, unique=True)
TACTICS = st.lists(st.sampled_from(["Impact", "Persistence"]), max_size=2, unique=True)
TECHNIQUES = st.lists(st.sampled_from(["T1110", "T1110.003", "T1110.001", "T1078"]), max_size=4, unique=True)
LINES = st.sampled_from(
    [
        "| where ResultType != '0'   ",
        "",
        "  | extend a = \"{{ b: 1 }}\", c = '{% if %}', d = '{# e #}'",
        "// {{{ a comment }}}: with 'quotes'\t",
        "| extend e = @'g''h\\', f = '\\\\ é😀'",
        "| where UserPrincipalName matches regex @'^\\d{3}$'",
        "| extend d = dynamic({'a': {'b': [1]}})",
        "| extend s = ```\n  several  \n\n lines```",
    ]
)
QUERIES = st.lists(LINES, max_size=5).map(lambda lines: "\n".join(["\n  SigninLogs ", *lines, "| take 5\n\n"]))
DURATIONS = st.sampled_from(["5m", "1h", "1d", "14D", "PT1H30M", "P1DT2H", "p2d"])
DESCRIPTIONS = st.sampled_from(["Words. " * 30, "two\nlines", "'quoted'"])
TAGS = st.fixed_dictionaries(
    {},
    optional={
        "description": DESCRIPTIONS,
        "description 2": DESCRIPTIONS,
        "tactics": st.sampled_from(["Impact", "Persistence, Impact"]),
        "techniques": st.sampled_from(["T1110", "T1110.003,T1078,T1110.001"]),
        "subTechniques": st.sampled_from(["T1110.003", "T1078.004, T1110.001"]),
        "severity": st.sampled_from(["High", "Grave"]),
        "tags": st.sampled_from(["a", "a, b: c"]),
        "team": st.sampled_from(["blue", "[x]"]),
    },
)
OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "description": WORDS,
    "severity": st.sampled_from(["High", "low", "Grave"]),
    "tactics": TACTICS,
    "relevantTechniques": TECHNIQUES,
    "tags": LISTS,
    "customDetails": st.dictionaries(st.sampled_from(["A", "B: c"]), st.sampled_from(["X", "1", " y "])),
    "alertDetailsOverride": st.just({"alertDisplayNameFormat": "{{A}}", "alertDynamicProperties": [{"a": "b"}]}),
    "eventGroupingSettings": st.just({"aggregationKind": "alertPerResult"}),
    "incidentConfiguration": st.just({"createIncident": False, "groupingConfiguration": {"lookbackDuration": "5h"}}),
    "entityMappings": st.just([{"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "I"}]}]),
    "suppressionEnabled": st.booleans(),
    "suppressionDuration": DURATIONS,
    "enabled": st.booleans(),
    "id": st.sampled_from(["x", "9f8e2f0c-6f0b-4c3e-9d5b-2f6f5f0a1c11"]),
    "version": st.just("1.2.3"),
    "queryFrequency": DURATIONS,
    "queryPeriod": DURATIONS,
    "kind": st.sampled_from(["Scheduled", "NRT", "Hunting"]),
    "triggerOperator": st.sampled_from(["gt", "LessThan"]),
    "triggerThreshold": st.sampled_from([0, 5, "7"]),
}
RULES = st.fixed_dictionaries({"name": TITLES, "query": QUERIES}, optional=OPTIONAL)
SIGNATURES = st.lists(
    st.sampled_from(
        ["a:string", "b:long = -5", "c:timespan=36h", "d:dynamic = dynamic({'x': [null, 1.5]})", "e:string='\"é\\n'"]
    ),
    max_size=4,
    unique=True,
).map(lambda each: ", ".join(sorted(each, key=lambda one: "=" in one)))


@FEW
@given(texts=st.lists(QUERIES, min_size=1, max_size=3))
def test_kql(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_files = {f"query {place}.kql": text for place, text in enumerate(texts)}
        there_and_back("kql", written(Path(folder) / "given", given_files), Path(folder))


@FEW
@given(rules=st.lists(RULES, min_size=1, max_size=3))
def test_sentinel(rules: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_files = {f"{place}.yaml": yaml.safe_dump(rule, allow_unicode=False) for place, rule in enumerate(rules)}
        there_and_back("sentinel", written(Path(folder) / "given", given_files), Path(folder))


SEARCHES = st.lists(
    st.builds(
        saved_search,
        tags=TAGS,
        displayName=TITLES,
        query=QUERIES,
        category=st.sampled_from(["", "ours", "Hunting Queries", "Entra ID"]),
    )
    | st.builds(
        saved_search,
        tags=TAGS,
        displayName=TITLES,
        query=QUERIES,
        functionAlias=st.sampled_from(["A", "B"]),
        functionParameters=SIGNATURES,
    ),
    min_size=1,
    max_size=3,
)


@FEW
@given(searches=SEARCHES)
def test_arm(searches: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_files = {"template.json": template(*searches)}
        there_and_back("arm", written(Path(folder) / "given", given_files), Path(folder))


@FEW
@given(searches=SEARCHES)
def test_saved_searches(searches: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        given_files = {"export.json": json.dumps({"value": searches})}
        there_and_back("saved-search", written(Path(folder) / "given", given_files), Path(folder))
