"""`import kqlpack`: the public names do what the contract says, and raise nothing but kqlpack's own errors."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kqlpack

if TYPE_CHECKING:
    from pathlib import Path

PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
log_source: tenant
parameters: {user: {type: string, default: a}}
queries:
  - id: q
    title: Q
    timespan: P1D
    query: |
      SigninLogs | where UserPrincipalName =~ {{ user }}
"""


def test_every_public_name_is_there() -> None:
    for name in kqlpack.__all__:
        assert getattr(kqlpack, name) is not None
    with pytest.raises(AttributeError):
        kqlpack.nothing_of_that_name  # noqa: B018  # the access is the test


def test_the_import_is_light() -> None:
    code = "import kqlpack, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"azure", "click", "duckdb", "jinja2", "lark", "rich", "yaml"} & set(loaded)


def test_linting_a_query_needs_neither_lark_nor_duckdb() -> None:
    code = "import kqlpack, sys; kqlpack.lint('SigninLogs | take 1'); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"azure", "click", "duckdb", "lark", "rich"} & set(loaded)


def test_parse_tells_a_query_from_none() -> None:
    assert kqlpack.parse("SigninLogs | take 1").ok
    parsed = kqlpack.parse("SigninLogs | tak 1")
    assert not parsed.ok
    assert parsed.diagnostics[0].rule == "syntax-error"


def test_analyze_gives_columns_and_tables() -> None:
    bound = kqlpack.analyze("SigninLogs | summarize Count = count() by UserPrincipalName")
    assert bound.columns is not None
    assert [(column.name, str(column.type)) for column in bound.columns] == [
        ("UserPrincipalName", "string"),
        ("Count", "long"),
    ]
    assert bound.tables == ("SigninLogs",)
    assert [one.rule for one in kqlpack.analyze("SigninLogs | where Nope == 1").diagnostics] == ["unknown-column"]


def test_lint_takes_a_text_a_path_and_a_pack(tmp_path: Path) -> None:
    text = "SigninLogs | where ResultType == 0"
    assert "string-number-equality" in [one.rule for one in kqlpack.lint(text)]
    path = tmp_path / "q.kql"
    path.write_text(text, encoding="utf-8")
    assert "string-number-equality" in [one.rule for one in kqlpack.lint(str(path))]
    assert "string-number-equality" in [one.rule for one in kqlpack.lint(path)]
    (tmp_path / "p.yaml").write_text(PACK, encoding="utf-8")
    assert kqlpack.lint(kqlpack.load(tmp_path / "p.yaml")) == []
    assert {one.code[:4] for one in kqlpack.lint(text, {"select": ["cost"]})} == {"KQL3"}
    with pytest.raises(kqlpack.Error):
        kqlpack.lint(text, {"select": ["nonsense"]})


def test_nothing_to_check_is_no_clean_bill(tmp_path: Path) -> None:
    with pytest.raises(kqlpack.Error, match="no such file"):
        kqlpack.lint(tmp_path / "missing.yaml")
    with pytest.raises(kqlpack.Error, match="no query"):
        kqlpack.lint(tmp_path)


def test_load_and_render(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(PACK, encoding="utf-8")
    query = kqlpack.load(path).queries["q"]
    assert query.render({"user": 'x"y'}).text == 'SigninLogs | where UserPrincipalName =~ "x\\"y"\n'
    with pytest.raises(kqlpack.RenderError) as caught:
        query.render({"usr": "x"})
    assert caught.value.diagnostics
    path.write_text(PACK.replace("queries:", "querries:"), encoding="utf-8")
    with pytest.raises(kqlpack.PackError):
        kqlpack.load(path)
    with pytest.raises(kqlpack.PackError):
        kqlpack.load(tmp_path / "missing.yaml")


def test_run_answers_from_rows() -> None:
    result = kqlpack.run(
        "T | summarize Total = sum(n) by k | sort by k asc", {"T": [{"k": "a", "n": 1}, {"k": "a", "n": 2}]}
    )
    assert result.rows == (("a", 3),)
    assert [column.name for column in result.columns] == ["k", "Total"]


def test_run_takes_columns_of_a_known_table_from_the_catalogue() -> None:
    assert kqlpack.run("SigninLogs | count", {"SigninLogs": []}).rows == ((0,),)
    assert kqlpack.run("SigninLogs | project ResultType", {"SigninLogs": [{"ResultType": "0"}]}).rows == (("0",),)


def test_run_follows_the_clock_that_is_given() -> None:
    (row,) = kqlpack.run("print now(), ago(1d)", now="2026-01-02T00:00:00Z").rows
    assert [str(value) for value in row] == ["2026-01-02T00:00:00.0000000Z", "2026-01-01T00:00:00.0000000Z"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("T |", kqlpack.KqlSyntaxError),
        ("Nope | take 1", kqlpack.KqlSyntaxError),
        ("SigninLogs | take 1", kqlpack.ExecutionError),
        ("print 1 | reduce by print_0", kqlpack.UnsupportedError),
    ],
)
def test_run_says_what_it_can_not_do(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        kqlpack.run(text)


@given(st.text(max_size=80))
def test_no_text_makes_analyze_or_lint_raise(text: str) -> None:
    kqlpack.analyze(text)
    # With a line end no text is a path, whatever lies in the folder that the tests run in.
    kqlpack.lint(f"{text}\n")


def test_a_long_chain_and_deep_parentheses_are_analyzed() -> None:
    assert kqlpack.analyze("SigninLogs | where " + " and ".join(['ResultType == "0"'] * 5000)).parsed.ok
    found = kqlpack.lint("print " + "(" * 3000 + "1" + ")" * 3000)
    assert [one.rule for one in found] == ["redundant-parentheses"]


def test_a_file_of_kql_that_bounds_none_of_its_reads_relies_on_a_time_picker(tmp_path: Path) -> None:
    path = tmp_path / "q.kql"
    joined = "SigninLogs | join kind=inner (AuditLogs{}) on CorrelationId"
    for text, names in (
        ("SigninLogs | take 5", []),
        (joined.format(""), []),
        (joined.format(" | where TimeGenerated > ago(1d)"), ["no-time-bound"]),
    ):
        path.write_text(text, "utf-8")
        assert [one.rule for one in kqlpack.lint(path)] == names
        assert "no-time-bound" in [one.rule for one in kqlpack.lint(text)], "nobody says where a text will run"
