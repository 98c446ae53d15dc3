"""`kqlpack render` shows what would be sent, where it came from, and every variant that is checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PACK = """\
kqlpack: 1
name: small
title: Small
parameters:
  user: {type: string, default: 'a"b'}
  wide: {type: bool, default: false}
  key: {type: string, secret: true, default: hunter2}
queries:
  - id: first
    title: First
    query: |
      T
      | where User == {{ user }} and Key == {{ key }}
      {% if wide %}
      | take 5
      {% endif %}
  - id: second
    title: Second
    parameters: {only: {type: int, default: 3}}
    query: T | take {{ only }}
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(PACK, "utf-8")
    return tmp_path


@pytest.mark.usefixtures("pack")
def test_the_map_says_of_every_value_where_it_came_from(kqlpack: Run) -> None:
    outcome = kqlpack("render", "small.yaml:first", "--map")
    assert outcome.out == (
        "T\n"
        '| where User == "a\\"b" and Key == ***\n'
        '// 2:17 "a\\"b" <- small.yaml:13:23 {{ user }}\n'
        "// 2:35 *** <- small.yaml:13:45 {{ key }}\n"
    )
    assert parse(SourceFile("", outcome.out.replace("***", "''"))).ok


@pytest.mark.usefixtures("pack")
def test_the_map_as_json_covers_the_text(kqlpack: Run) -> None:
    outcome = kqlpack("render", "small.yaml:first", "--map", "--format", "json")
    (row,) = json.loads(outcome.out)["queries"]
    assert "".join(one["text"] for one in row["map"]) == row["text"]
    assert "hunter2" not in outcome.out
    (user, key) = [one for one in row["map"] if "tag" in one]
    assert (user["tag"], key["text"]) == ("{{ user }}", "***")
    assert PACK[user["range"]["start"]["offset"] : user["range"]["end"]["offset"]] == "{{ user }}"
    for one in row["map"]:
        if one["exact"]:
            assert PACK[one["range"]["start"]["offset"] : one["range"]["end"]["offset"]] == one["text"]


@pytest.mark.usefixtures("pack")
def test_all_variants_are_those_that_lint_checks(kqlpack: Run) -> None:
    outcome = kqlpack("render", "small.yaml:first", "--all-variants")
    heads = [line for line in outcome.out.splitlines() if line.startswith("//")]
    assert len(heads) == 2
    assert all(f"variant {number} of 2" in head for number, head in enumerate(heads, start=1))
    assert ("wide=false" in heads[0], "wide=true" in heads[1]) == (True, True)
    assert outcome.out.count("| take 5") == 1
    assert "hunter2" not in outcome.out


@pytest.mark.usefixtures("pack")
def test_a_value_that_is_given_holds_in_every_variant(kqlpack: Run) -> None:
    outcome = kqlpack("render", "small.yaml:first", "--all-variants", "-p", "wide=true", "--format", "json")
    rows = json.loads(outcome.out)["queries"]
    assert [row["parameters"]["wide"] for row in rows] == ["true"]
    assert rows[0]["variants"] == 1


@pytest.mark.usefixtures("pack")
def test_a_value_for_one_of_several_queries_is_taken_by_that_one(kqlpack: Run) -> None:
    outcome = kqlpack("render", "small.yaml", "-p", "only=7")
    assert "| take 7" in outcome.out
    assert kqlpack("render", "small.yaml", "-p", "onli=7").code == 2


def test_a_secret_comes_from_the_environment(kqlpack: Run, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = PACK.replace(", default: hunter2", ", pattern: '[a-z0-9]+'")
    (pack / "small.yaml").write_text(text, "utf-8")
    missing = kqlpack("render", "small.yaml:first")
    assert missing.code == 2
    assert "KQLPACK_SECRET_KEY=..." in missing.err
    monkeypatch.setenv("KQLPACK_SECRET_KEY", "s3cret")
    found = kqlpack("render", "small.yaml:first")
    assert found.code == 0
    assert "***" in found.out
    assert "s3cret" not in found.out
    monkeypatch.setenv("KQLPACK_SECRET_KEY", "No Good")
    wrong = kqlpack("render", "small.yaml:first")
    assert wrong.code == 2
    assert "KQLPACK_SECRET_KEY" in wrong.err
    assert "No Good" not in wrong.err + wrong.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.kql", "T | take 1\n"),
        ("x.yaml", "id: a\nquery: T | take 1\n"),
        ("x.md", "```kql\nT | take 1\n```\n"),
        ("x.json", '{"type": "a/savedSearches", "properties": {"query": "T | take 1", "category": "c"}}'),
    ],
)
def test_other_peoples_files_are_rendered_as_they_are(kqlpack: Run, pack: Path, name: str, content: str) -> None:
    (pack / name).write_text(content, "utf-8")
    assert kqlpack("render", name).out == "T | take 1\n"


def test_a_workbooks_placeholders_are_parameters(kqlpack: Run, pack: Path) -> None:
    item = {"version": "KqlItem/1.0", "queryType": 0, "query": "T | where A {Range} and b in ({Users}) | take 1"}
    declared = {"version": "KqlParameterItem/1.0", "name": "Range", "type": 4}
    data = {"version": "Notebook/1.0", "items": [{"content": {"parameters": [declared]}}, {"content": item}]}
    (pack / "x.workbook").write_text(json.dumps(data), "utf-8")
    outcome = kqlpack("render", "x.workbook", "-p", "Users=a,b", "-p", "Range_start=-2d")
    assert outcome.out == 'T | where A between (ago(2d) .. now()) and b in ("a", "b") | take 1\n'
