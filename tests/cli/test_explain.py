"""`kqlpack explain` tells what is known of a name, and what was meant where nothing is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from kqlpack.catalog import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]


def test_a_table_is_told_with_its_columns_and_its_time_column(kqlpack: Run) -> None:
    ran = kqlpack("explain", "SigninLogs")

    assert ran.code == 0
    assert "time column  TimeGenerated" in ran.out
    assert "learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs" in ran.out
    assert "UserPrincipalName" in ran.out


def test_a_replaced_table_names_what_to_use_instead(kqlpack: Run) -> None:
    out = kqlpack("explain", "ThreatIntelligenceIndicator").out

    assert "retired (2025-07-31); use ThreatIntelIndicators" in out


def test_a_workspaces_own_table_says_that_only_the_workspace_knows_it(kqlpack: Run) -> None:
    assert "only the workspace knows its columns" in kqlpack("explain", "Mine_CL").out


def test_a_column_says_how_to_compare_it(kqlpack: Run) -> None:
    assert "compare with text in quotes" in kqlpack("explain", "SigninLogs.ResultType").out
    assert "=~" in kqlpack("explain", "SigninLogs.UserPrincipalName").out


def test_a_columns_bare_name_says_which_tables_have_it(kqlpack: Run) -> None:
    assert "SecurityEvent" in kqlpack("explain", "SubjectUserName").out


def test_a_function_is_told_with_signature_line_and_page(kqlpack: Run) -> None:
    out = kqlpack("explain", "ago").out

    assert "ago(timespan: timespan) -> datetime" in out
    assert "Now less a timespan." in out
    assert "ago-function" in out


def test_a_deprecated_function_says_what_to_write(kqlpack: Run) -> None:
    assert "write `make_set`" in kqlpack("explain", "makeset").out


def test_a_name_that_is_several_things_is_told_as_each(kqlpack: Run) -> None:
    found = json.loads(kqlpack("explain", "any", "--format", "json").out)

    assert [one["is"] for one in found] == ["scalar function", "aggregate function"]


@pytest.mark.parametrize("name", ["string-number-equality", "KQL107"])
def test_a_rule_is_told_by_name_or_code(kqlpack: Run, name: str) -> None:
    assert "rule KQL107, warning, safe fix" in kqlpack("explain", name).out


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("signinlogs", "SigninLogs"),
        ("SigninLogs.Resulttype", "SigninLogs.ResultType"),
        ("arg_mx", "arg_max"),
        ("string-number-equal", "string-number-equality"),
    ],
)
def test_an_unknown_name_says_which_was_meant(kqlpack: Run, name: str, meant: str) -> None:
    ran = kqlpack("explain", name)

    assert ran.code == 2
    assert f"did you mean `{meant}`?" in ran.err


@pytest.mark.parametrize("name", ["", "zzzzqqqq", "a.b.c", "💥"])
def test_what_is_close_to_nothing_is_told_without_a_guess(kqlpack: Run, name: str) -> None:
    ran = kqlpack("explain", name)

    assert ran.code == 2
    assert "did you mean" not in ran.err


def test_a_wide_signature_is_broken_between_its_parameters(kqlpack: Run) -> None:
    assert (
        "  welch_test(mean1: number, variance1: number, count1: number, mean2: number,\n"
        "      variance2: number, count2: number) -> real\n"
    ) in kqlpack("explain", "welch_test").out


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("extract", "-> the type that the last argument names"),
        ("make_string", "int|long|array"),
        ("hll", "anything but real or bool"),
        ("workspace", "-> database"),
    ],
)
def test_a_signature_says_in_words_what_goes_in_and_comes_out(kqlpack: Run, name: str, told: str) -> None:
    assert told in kqlpack("explain", name).out


def test_no_signature_shows_a_word_of_the_catalogues_own_and_none_is_too_wide(kqlpack: Run) -> None:
    names = {line.split("\t")[0] for file in ("azure_monitor", "kusto") for line in _lines(file)}
    lines = []
    for name in sorted(names):
        out = kqlpack("explain", name).out.splitlines()
        lines += [line for line in out if line.startswith("  ") and not line.startswith(("  page", "  deprecated"))]

    assert len(lines) > 900
    assert [line for line in lines if len(line) > 80 and "https://" not in line] == []
    assert [line for line in lines if re.search(r"(\w: |-> )[A-Z]", line)] == []


def test_a_functions_description_is_one_short_line() -> None:
    assert [line for line in _lines() if len(line.split("\t")[1]) > 90] == []


def test_no_line_on_a_function_is_about_one_that_does_not_exist() -> None:
    known = load()
    names = [line.split("\t")[0] for line in _lines()]

    assert len(names) > 300
    assert [name for name in names if not (known.function(name) or known.aggregate(name) or known.plugin(name))] == []


def _lines(file: str = "descriptions") -> list[str]:
    from kqlpack.catalog.catalog import DATA

    return [line for line in (DATA / f"{file}.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
