"""What each place that runs KQL lacks, as rows that name something that there is."""

from __future__ import annotations

import pytest

import kqlpack
from kqlpack import catalog
from kqlpack.catalog import Dialect
from kqlpack.catalog.dialects import lack, lacks
from kqlpack.semantics.operators import REGISTRY
from tools.dialects_doc import is_stale

_STATEMENTS = {"alias", "pattern", "query_parameters", "restrict"}


def test_each_row_names_something_that_there_is_and_a_place_that_has_it() -> None:
    known = catalog.load()
    operators = {kind.construct for kind in REGISTRY}
    for found in lacks().values():
        there = {
            "function": known.function(found.name) is not None,
            "plugin": known.plugin(found.name) is not None,
            "operator": found.name in operators,
            "statement": found.name in _STATEMENTS,
        }
        assert there[found.kind], found
        assert found.dialects < set(Dialect), found


def test_a_place_lacks_what_is_listed_for_it_and_nothing_else() -> None:
    assert lack(Dialect.LOG_ANALYTICS, "function", "cluster") is not None
    assert lack(Dialect.AZURE_DATA_EXPLORER, "function", "cluster") is None
    assert lack(Dialect.RESOURCE_GRAPH, "operator", "where") is None


def test_advanced_hunting_reaches_other_workspaces_clusters_and_resource_graph() -> None:
    for query in (
        'workspace("other").SigninLogs | where TimeGenerated > ago(1d)',
        'adx("help/Samples").StormEvents | take 1',
        'arg("").Resources | take 1',
    ):
        assert kqlpack.lint(query, {"dialect": "defender-xdr", "select": ["not-in-dialect"]}) == []


def test_tables_of_places_without_a_catalogue_are_open_and_silent() -> None:
    text = "StormEvents | where StartTime > ago(1d) and State == 1 | project Anything"

    assert [one.rule for one in kqlpack.lint(text, {"select": ["unknown-table"]})] == ["unknown-table"]
    for dialect in ("azure-data-explorer", "resource-graph"):
        assert kqlpack.lint(text, {"dialect": dialect}) == []


def test_syntax_and_functions_are_checked_everywhere() -> None:
    found = kqlpack.lint("StormEvents | where a > agoo(1d) | summarize count(", {"dialect": "azure-data-explorer"})

    assert {one.rule for one in found} == {"syntax-error"}
    found = kqlpack.lint("StormEvents | where a > agoo(1d)", {"dialect": "azure-data-explorer"})
    assert {one.rule for one in found} == {"unknown-function"}


def test_an_unknown_dialect_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(kqlpack.Error, match="log-analytics"):
        kqlpack.lint("print 1", {"dialect": "sql"})


def test_the_page_is_fresh() -> None:
    assert not is_stale(), "run: python -m tools.dialects_doc"
