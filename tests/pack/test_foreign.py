"""Other people's files are read as they are: their braces mean nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.pack.foreign import load_foreign
from kqlpack.source import Span
from kqlpack.template import render, variants

if TYPE_CHECKING:
    from pathlib import Path

RULE = """\
id: 01234567-89ab-cdef-0123-456789abcdef
name: A rule
description: |
  'Something happens.'
severity: Medium
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1d
tactics:
  - InitialAccess
relevantTechniques:
  - T1078
query: |
  SigninLogs
  | where Text == "{{ literal }} {% too %}"
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
customDetails:
  Count: Attempts
version: 1.0.0
"""


def test_a_sentinel_rule_is_a_query(tmp_path: Path) -> None:
    path = tmp_path / "rule.yaml"
    path.write_text(RULE, "utf-8", newline="")
    pack = load_foreign(path)
    assert pack.diagnostics == ()
    assert pack.is_foreign
    (query,) = pack.queries.values()
    assert (query.title, query.severity, query.timespan) == ("A rule", "medium", "P1D")
    assert (query.tactics, query.techniques) == (("InitialAccess",), ("T1078",))
    assert query.entities[0].fields == {"Address": "IPAddress"}
    assert query.publish is not None
    assert query.publish.sentinel_rule is not None
    assert query.publish.sentinel_rule["frequency"] == "PT1H"
    assert variants(query) == ({},)
    rendered = render(query, {})
    assert rendered.text == query.text
    at = rendered.text.index("literal")
    assert rendered.map.locate(Span(at, at + 7)).span == Span(RULE.index("literal"), RULE.index("literal") + 7)


@pytest.mark.parametrize("suffix", [".kql", ".csl", ".kusto"])
def test_a_file_of_kql_is_a_query_with_its_own_line_ends(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"q{suffix}"
    path.write_text("T\r\n| where a == '{{ x }}'\r\n", "utf-8", newline="")
    (query,) = load_foreign(path).queries.values()
    assert query.id == "q"
    assert query.text == "T\r\n| where a == '{{ x }}'\r\n"
    assert render(query).text == query.text


def test_a_yaml_file_without_a_query_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n", "utf-8")
    pack = load_foreign(path)
    assert not pack.queries
    assert [found.code for found in pack.diagnostics] == ["KQL601"]


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert [found.code for found in load_foreign(tmp_path / "x.kql").diagnostics] == ["KQL605"]
