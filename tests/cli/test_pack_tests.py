"""What `kqlpack test` says about a pack's tests: what fails, what proves nothing, what depends on the day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PACK = """\
kqlpack: 1
name: p
version: 1.0.0
title: P
log_source: tenant
tables:
  Mine_CL: {columns: {TimeGenerated: datetime, User: string}}
queries:
  - id: q
    title: Q
    timespan: P1D
    query: QUERY
    tests:
      - name: one failed
        tables:
          TABLES
        expect: EXPECT
"""


def write(
    folder: Path, *, tables: str, query: str = 'SigninLogs | where AppId == "a"', expect: str = "{rows: 1}"
) -> None:
    text = PACK.replace("QUERY", query).replace("TABLES", tables).replace("EXPECT", expect)
    (folder / "p.yaml").write_text(text, encoding="utf-8")


# ---- fixtures --------------------------------------------------------------------------------------------------------


def test_a_misspelt_column_in_a_tests_rows_fails_at_its_place(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, tables="SigninLogs: [{AppId: a}, {AppId: a, UserPrincipalNmae: x}]")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "p.yaml:16:47 error [test-fixture-schema] `SigninLogs` has no column `UserPrincipalNmae`" in ran.out
    assert "did you mean `UserPrincipalName`?" in ran.out


def test_a_misspelt_column_in_a_file_of_rows_fails_and_names_the_file(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("AppId,UserPrincipalNmae\na,x\n", encoding="utf-8")
    write(tmp_path, tables="SigninLogs: {file: rows.csv}")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "p.yaml:16:11 error [test-fixture-schema] `SigninLogs` has no column `UserPrincipalNmae`" in ran.out
    assert "rows.csv" in ran.out


def test_a_column_that_the_pack_does_not_declare_fails(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, query="Mine_CL | take 1", tables="Mine_CL: [{Usr: a}]")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "did you mean `User`?" in ran.out


@pytest.mark.parametrize(
    ("query", "tables"),
    [
        ("SigninLogs | take 1", "SigninLogs: [{AppId: a, Site_CF: x}]"),
        ("Other_CL | take 1", "Other_CL: [{Anything: a}]"),
        ("AzureDiagnostics | take 1", "AzureDiagnostics: [{anything_s: a}]"),
        ("Mine_CL | take 1", "Mine_CL: [{User: a}]"),
    ],
    ids=["custom column", "custom table", "open table", "declared"],
)
def test_columns_that_may_exist_are_left_alone(kqlpack: Run, tmp_path: Path, query: str, tables: str) -> None:
    write(tmp_path, query=query, tables=tables)
    ran = kqlpack("test", "p.yaml", "-v")
    assert ran.code == 0, ran.out
    assert "test-fixture-schema" not in ran.out


def test_a_column_that_nothing_known_is_close_to_is_a_warning(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, tables="SigninLogs: [{AppId: a, BrandNewThing: x}]")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 0
    assert "p.yaml:16:35 warning [test-fixture-schema]" in ran.out


def test_a_table_of_ones_own_without_rows_says_what_is_missing(kqlpack: Run, tmp_path: Path) -> None:
    query, expect = "Other_CL | where User == 'a'", "{rows: 0}"
    write(tmp_path, query=query, tables="Other_CL: []", expect=expect)
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "nothing is known of the columns of `Other_CL`" in ran.out
    write(tmp_path, query=query.replace("Other", "Mine"), tables="Mine_CL: []", expect=expect)
    assert kqlpack("test", "p.yaml").code == 0


# ---- the clock -------------------------------------------------------------------------------------------------------


def test_a_test_that_depends_on_the_day_is_told_by_test_and_by_lint(kqlpack: Run, tmp_path: Path) -> None:
    query = "SigninLogs | where TimeGenerated < now() | take 1"
    write(tmp_path, query=query, tables="SigninLogs: [{TimeGenerated: '2026-01-01T00:00:00Z'}]")
    for command in ("test", "lint"):
        ran = kqlpack(command, "p.yaml")
        assert ran.code == 0
        assert "p.yaml:14:15 warning [test-without-now]" in ran.out


# ---- failures --------------------------------------------------------------------------------------------------------


def test_a_wrong_number_of_rows_shows_the_rows(kqlpack: Run, tmp_path: Path) -> None:
    rows = ", ".join(f"{{AppId: a, UserPrincipalName: u{number}}}" for number in range(7))
    query = 'SigninLogs | where AppId == "a" | project UserPrincipalName'
    write(tmp_path, query=query, tables=f"SigninLogs: [{rows}]", expect="{rows: 2}")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "7 rows came out, expected 2" in ran.out
    assert 'came out: {"UserPrincipalName": "u0"}' in ran.out
    assert 'came out: {"UserPrincipalName": "u4"}' in ran.out
    assert "and 2 more" in ran.out
    [row] = json.loads(kqlpack("test", "p.yaml", "--format", "json").out)
    assert row["failures"][0] == "7 rows came out, expected 2"


def test_a_query_that_fails_on_the_rows_is_told_at_its_place(kqlpack: Run, tmp_path: Path) -> None:
    query = "SigninLogs | where AppId matches regex '('"
    write(tmp_path, query=f'"{query}"', tables="SigninLogs: [{AppId: a}]")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "p.yaml:12:52: `(` is no regular expression that KQL knows" in ran.out


@pytest.mark.parametrize("key", ["contains", "absent", "equals"])
def test_a_column_that_the_result_does_not_have_is_told_with_the_one_that_was_meant(
    kqlpack: Run, tmp_path: Path, key: str
) -> None:
    write(tmp_path, tables="SigninLogs: [{AppId: a}]", expect=f"{{{key}: [{{AppIdd: a}}]}}")
    ran = kqlpack("test", "p.yaml")
    assert ran.code == 1
    assert "the result has no column `AppIdd`; did you mean `AppId`?" in ran.out
    write(tmp_path, tables="SigninLogs: [{AppId: a}]", expect=f"{{{key}: [{{Zzz: a}}]}}")
    said = kqlpack("test", "p.yaml").out
    assert "the result has no column `Zzz`; it has AADTenantId, " in said
    assert max(map(len, said.splitlines())) < 400


def test_an_expectation_that_nothing_fulfils_is_told(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, tables="SigninLogs: [{AppId: a}]", expect="{rows: {min: 2, max: 1}}")
    ran = kqlpack("lint", "p.yaml")
    assert ran.code == 1
    assert "p.yaml:17:24 error [schema-violation] `min` (2) is more than `max` (1)" in ran.out


def test_a_result_without_rows_says_nothing_came_out(kqlpack: Run, tmp_path: Path) -> None:
    write(tmp_path, tables="SigninLogs: []", expect="{rows: {min: 1}}")
    ran = kqlpack("test", "p.yaml")
    assert "0 rows came out, expected at least 1" in ran.out
    assert "came out: " not in ran.out
