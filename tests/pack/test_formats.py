"""Queries in other people's files are found as they are, each at its own place, whatever the notation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, plain_value
from kqlpack.pack.findings import Findings
from kqlpack.pack.foreign import load_foreign
from kqlpack.pack.json_document import compose_json, json_text_map
from kqlpack.pipeline import check, discover
from kqlpack.source import SourceFile, Span
from tests.wrapping import WRAPPERS, marked

if TYPE_CHECKING:
    from pathlib import Path

    from kqlpack.pack import Pack

QUERIES = [
    "SigninLogs\n| where ResultType == \"0\" // a comment: with 'quotes'\n| project a = @\"C:\\x\", b = 'it''s'",
    'let f = (x: string) { strcat(x, "\\n\\t\\"é😀\\"") };\n\n\nSigninLogs\n    | extend y = f("a: b #c")\n\n| take 5',
    'datatable(a: string)["- x", "{{ y }}", "%z", "| w"]',
    "SigninLogs | where a has \"http://x\" and b == '//' and c matches regex @'^\\d{3}$' | count",
    "['odd name'] | where d == ```\nseveral\n  lines\n``` | take 1",
]
LINES = st.sampled_from(
    [
        "T",
        "| where a == 'x'",
        '| where b == "y\\\\z"',
        "    | take 5",
        "",
        "// c: d #e",
        "| extend f = @'g''h'",
        "é😀 ",
        "\t| i",
        "- j",
        "'k",
        '"l',
        "[m]",
        "{n}",
    ]
)


def place_of(content: str, word: str) -> tuple[int, int]:
    before = content[: content.index(word)].replace("\r\n", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def check_wrapped(folder: Path, name: str, texts: list[str]) -> None:
    suffix, wrap = WRAPPERS[name]
    planted = [marked(text, [0, len(text) // 2, len(text)]) for text in texts]
    content = wrap([text for text, _ in planted])
    if content is None:
        return
    path = folder / f"x{suffix}"
    path.write_text(content, "utf-8", newline="")
    assert discover((path,)).targets, content
    pack = load_foreign(path)
    assert pack.diagnostics == ()
    found = list(pack.queries.values())
    assert [query.text.rstrip("\n") for query in found] == [text.rstrip("\n") for text, _ in planted]
    for query, (_, words) in zip(found, planted, strict=True):
        for word in words:
            at = query.text.index(word)
            where = query.map.locate(Span(at, at + len(word)))
            assert where.exact
            assert query.file.line_column(where.span.start) == place_of(content, word)


@pytest.mark.parametrize("name", list(WRAPPERS))
def test_every_query_is_found_at_its_place(name: str, tmp_path: Path) -> None:
    for query in QUERIES:
        check_wrapped(tmp_path, name, [query])
    check_wrapped(tmp_path, name, QUERIES)


@pytest.mark.parametrize("name", list(WRAPPERS))
@given(lines=st.lists(st.lists(LINES, min_size=1, max_size=6), min_size=1, max_size=3))
def test_whatever_the_queries_they_are_found(
    name: str, lines: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = ["\n".join(each) for each in lines]
    if all(text.strip() for text in texts) and len(set(texts)) == len(texts):
        check_wrapped(tmp_path_factory.mktemp("x"), name, texts)


# ---- JSON ------------------------------------------------------------------------------------------------------------


def loaded(folder: Path, name: str, content: str) -> Pack:
    path = folder / name
    path.write_text(content, "utf-8", newline="")
    return load_foreign(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=JSON, indent=st.sampled_from([None, 0, 2, "\t"]), ascii_only=st.booleans())
def test_json_is_read_as_others_read_it(value: object, indent: int | str | None, *, ascii_only: bool) -> None:
    file = SourceFile("x.json", json.dumps(value, indent=indent, ensure_ascii=ascii_only))
    node = compose_json(file, Findings())
    assert node is not None
    assert plain_value(node) == value
    for scalar in scalars(node):
        if scalar.tag == "str":
            mapped = json_text_map(scalar)
            assert mapped.segments[-1].derived.end == len(scalar.text)
            for segment in mapped.segments:
                here = file.text[segment.origin.start : segment.origin.end]
                assert not segment.exact or here == scalar.text[segment.derived.start : segment.derived.end]


def scalars(node: Node) -> list[ScalarNode]:
    if isinstance(node, ScalarNode):
        return [node]
    children = node.items if isinstance(node, SequenceNode) else [entry.value for entry in node.entries.values()]
    return [scalar for child in children for scalar in scalars(child)]


@given(text=st.text(st.sampled_from('{}[]":,\\/*\n tfn0-1eua'), max_size=40))
def test_broken_json_is_a_finding_in_the_file(text: str) -> None:
    findings = Findings()
    node = compose_json(SourceFile("x.json", text), findings)
    assert (node is None) == bool(findings.items)
    for found in findings.items:
        assert 0 <= found.span.start <= found.span.end <= len(text)
    try:
        value = json.loads(text)
    except ValueError:
        return
    assert node is not None
    assert isinstance(node, MappingNode) == isinstance(value, dict)


TEMPLATE = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"text": {"type": "string", "defaultValue": "SigninLogs | take 1"}},
  "variables": {"known": "SigninLogs | take 2"},
  "resources": [%s]
}"""
SEARCH = '{"type": "Microsoft.OperationalInsights/workspaces/savedSearches", "name": "n", "properties": {"category": "C", "displayName": "%s", "query": %s}}'


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("\"[variables('known')]\"", "SigninLogs | take 2"),
        ("\"[ parameters( 'text' ) ]\"", "SigninLogs | take 1"),
        ("\"[['odd'] | take 3\"", "['odd'] | take 3"),
        ("\"['odd'] | take 3\"", "['odd'] | take 3"),
        ("\"[concat('SigninLogs | where x == ', parameters('text'))]\"", None),
        ("\"[variables('unknown')]\"", None),
        ("\"[variables('known', 1)]\"", None),
    ],
)
def test_expressions_are_left_alone_unless_they_only_name_a_text(query: str, text: str | None, tmp_path: Path) -> None:
    pack = loaded(tmp_path, "x.json", TEMPLATE % (SEARCH % ("Display", query)))
    assert [one.text for one in pack.queries.values()] == ([] if text is None else [text])
    assert [one.name for one in pack.unread] == (["Display"] if text is None else [])
    for one in pack.queries.values():
        at = one.text.index("take")
        span = one.map.locate(Span(at, at + 4)).span
        assert one.file.text[span.start : span.end] == "take"


def test_what_could_not_be_read_is_said_to_be_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(TEMPLATE % (SEARCH % ("Display", "\"[concat('T')]\"")), "utf-8")
    report = check(discover((path,)))
    assert [(one.path, one.reason) for one in report.checked.skipped] == [
        (f"{path} (Display)", "it is an ARM expression, which is evaluated when it is deployed")
    ]


@pytest.mark.parametrize(
    "resource",
    [
        '{"type": "Microsoft.Insights/scheduledQueryRules", "properties": {"criteria": {"allOf": [{"query": "Q | take 1"}]}}}',
        '{"type": "Microsoft.OperationalInsights/queryPacks/queries", "properties": {"displayName": "d", "body": "Q | take 1"}}',
        '{"type": "Microsoft.SecurityInsights/alertRules", "kind": "NRT", "properties": {"query": "Q | take 1", "severity": "High"}}',
        '{"type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "Properties": {"Query": "Q | take 1", "tactics": []}}',
        '{"type": "Microsoft.OperationalInsights/workspaces/summaryLogs", "properties": {"ruleDefinition": {"query": "Q | take 1"}}}',
        '{"type": "Microsoft.OperationalInsights/workspaces", "resources": [{"type": "savedSearches", "properties": {"category": "c", "query": "Q | take 1"}}]}',
        '{"type": "Microsoft.Resources/deployments", "properties": {"template": {"contentVersion": "1", "resources": {"a": {"type": "x/savedSearches", "properties": {"query": "Q | take 1"}}}}}}',
        '{"type": "Microsoft.OperationalInsights/workspaces/providers/contentTemplates", "properties": {"mainTemplate": {"contentVersion": "1", "resources": [{"type": "Microsoft.SecurityInsights/AlertRuleTemplates", "properties": {"query": "Q | take 1", "queryFrequency": "PT1H"}}]}}}',
        '{"type": "Microsoft.Portal/dashboards", "properties": {"lenses": [{"parts": [{"metadata": {"inputs": [{"name": "Query", "value": "Q | take 1"}]}}]}]}}',
    ],
)
def test_every_kind_of_resource_that_holds_a_query_is_known(resource: str, tmp_path: Path) -> None:
    pack = loaded(tmp_path, "x.json", TEMPLATE % resource)
    assert [query.text for query in pack.queries.values()] == ["Q | take 1"]


def test_json_of_another_kind_holds_no_query(tmp_path: Path) -> None:
    content = (
        TEMPLATE
        % '{"type": "Microsoft.Logic/workflows", "properties": {"query": "SELECT 1", "parameters": {"query": "x"}}}'
    )
    assert loaded(tmp_path, "x.json", content).queries == {}


def test_a_workbooks_queries_are_checked_with_their_placeholders_as_values(tmp_path: Path) -> None:
    data = {
        "version": "Notebook/1.0",
        "items": [
            {
                "type": 9,
                "content": {
                    "version": "KqlParameterItem/1.0",
                    "parameters": [{"version": "KqlParameterItem/1.0", "name": "Range", "type": 4}],
                },
            },
            {
                "type": 3,
                "content": {
                    "version": "KqlItem/1.0",
                    "query": "SigninLogs\n| where TimeGenerated {Range}\n| where ResultType == 0",
                    "queryType": 0,
                },
            },
            {
                "type": 3,
                "content": {
                    "version": "KqlItem/1.0",
                    "query": "resources | where type == 'x' | take 1",
                    "queryType": 1,
                },
            },
            {"type": 3, "content": {"version": "KqlItem/1.0", "query": '{"version":"Merge/1.0"}', "queryType": 7}},
        ],
    }
    path = tmp_path / "x.workbook"
    path.write_text(json.dumps(data, indent=1), "utf-8")
    report = check(discover((path,)))
    assert [one.rule for one in report.diagnostics] == ["string-number-equality"]
    (found,) = report.diagnostics
    assert found.file.text[found.span.start : found.span.end] == "ResultType == 0"
    assert report.checked.queries == 2


# ---- Markdown, YAML --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "count"),
    [
        ("```kql", 1),
        ("``` KQL title=x", 1),
        ("~~~kusto", 1),
        ("```{.kql}", 1),
        ("```csl", 1),
        ("```sql", 0),
        ("```", 0),
        ("```kqlx", 0),
    ],
)
def test_fences_of_kql_are_queries(opening: str, count: int, tmp_path: Path) -> None:
    fence = opening[:3]
    pack = loaded(tmp_path, "x.md", f"# T\n\n{opening}\nT | take 1\n{fence}\n\n    ```kql\n    not a fence\n    ```\n")
    assert [query.text for query in pack.queries.values()] == ["T | take 1\n"] * count


def test_a_broken_document_does_not_hide_those_before_it(tmp_path: Path) -> None:
    pack = loaded(tmp_path, "x.yaml", "query: T | take 1\n---\nquery: T | take 2\n---\nquery: [\n")
    assert [query.text for query in pack.queries.values()] == ["T | take 1", "T | take 2"]
    assert [found.rule for found in pack.diagnostics] == ["invalid-yaml"]


@pytest.mark.parametrize(
    ("content", "is_ours"),
    [
        ("query: T", True),
        ("- id: a\n  query: T", True),
        ("rules:\n  - id: a\n    query: T", True),
        ('"query": T', True),
        ("on: push\njobs:\n  a:\n    steps:\n      - with:\n          query: T", False),
        ("data:\n  query: T", False),
    ],
)
def test_yaml_is_taken_for_rules_by_where_its_query_stands(content: str, *, is_ours: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, "utf-8")
    assert bool(discover((path,)).targets) == is_ours
