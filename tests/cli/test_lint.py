"""`kqlpack lint` as a person meets it: the finding at its place, the fix, the exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

SEED = """\
kqlpack: 1
name: seed
version: 1.0.0
title: The seed
log_source: tenant
queries:
  - id: successes
    title: Successful sign-ins
    query: |
      SigninLogs
      | where TimeGenerated > ago(1d)
      | where ResultType == 0
"""


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(SEED, encoding="utf-8")
    return path


def test_the_seed_of_the_product_is_found_at_its_line_and_column(kqlpack: Run, seed: Path) -> None:
    ran = kqlpack("lint", "seed.yaml")
    assert ran.code == 0  # a warning
    assert "seed.yaml:12:" in ran.out
    assert "string-number-equality" in ran.out
    assert "      | where ResultType == 0" in ran.out
    assert '"0"' in ran.out
    assert seed.read_text("utf-8") == SEED


def test_json_gives_the_same_place_as_numbers(kqlpack: Run, seed: Path) -> None:
    report = json.loads(kqlpack("lint", "seed.yaml", "--format", "json").out)
    (found,) = report["diagnostics"]
    assert (found["rule"], found["severity"], found["query"]) == ("string-number-equality", "warning", "successes")
    start = found["range"]["start"]
    end = found["range"]["end"]
    assert SEED[start["offset"] : end["offset"]] in {"0", "ResultType == 0"}
    assert start["line"] == 12
    assert report["checked"] == {"files": 1, "packs": 1, "queries": 1, "variants": 1, "skipped": []}
    assert seed.exists()


def test_fix_mends_the_file_and_a_second_run_has_nothing_to_do(kqlpack: Run, seed: Path) -> None:
    assert kqlpack("lint", "seed.yaml", "--fix").code == 0
    mended = SEED.replace("ResultType == 0", 'ResultType == "0"')
    assert seed.read_text("utf-8") == mended
    ran = kqlpack("lint", "seed.yaml", "--fix")
    assert "string-number-equality" not in ran.out
    assert seed.read_text("utf-8") == mended


def test_diff_shows_the_change_and_makes_none(kqlpack: Run, seed: Path) -> None:
    ran = kqlpack("lint", "seed.yaml", "--diff")
    assert ran.code == 1
    assert "-      | where ResultType == 0\n" in ran.out
    assert '+      | where ResultType == "0"\n' in ran.out
    assert seed.read_text("utf-8") == SEED


def test_crlf_and_a_byte_order_mark_survive_a_fix(kqlpack: Run, seed: Path) -> None:
    seed.write_bytes(b"\xef\xbb\xbf" + SEED.replace("\n", "\r\n").encode())
    ran = kqlpack("lint", "seed.yaml", "--fix")
    assert ran.code == 0
    mended = SEED.replace("ResultType == 0", 'ResultType == "0"').replace("\n", "\r\n")
    assert seed.read_bytes() == b"\xef\xbb\xbf" + mended.encode()


def test_fail_on_decides_the_exit_code(kqlpack: Run, seed: Path) -> None:
    assert seed.exists()
    assert kqlpack("lint", "seed.yaml", "--fail-on", "warning").code == 1
    assert kqlpack("lint", "seed.yaml", "--fail-on", "none").code == 0


def test_select_and_ignore_choose_rules(kqlpack: Run, seed: Path) -> None:
    assert seed.exists()
    assert "string-number-equality" not in kqlpack("lint", "seed.yaml", "--ignore", "string-number-equality").out
    assert "string-number-equality" in kqlpack("lint", "seed.yaml", "--select", "KQL1").out
    assert "string-number-equality" not in kqlpack("lint", "seed.yaml", "--select", "cost").out


def test_an_unknown_rule_is_a_usage_error_with_a_suggestion(kqlpack: Run, seed: Path) -> None:
    assert seed.exists()
    ran = kqlpack("lint", "seed.yaml", "--select", "string-number-equalty")
    assert ran.code == 2
    assert "`string-number-equality`" in ran.err


def test_a_file_of_plain_kql_is_checked_too(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "a.kql").write_text("SigninLogs\n| where ResultType == 0\n", encoding="utf-8")
    ran = kqlpack("lint", "a.kql")
    assert "a.kql:2:" in ran.out
    assert "string-number-equality" in ran.out


def test_queries_parted_by_blank_lines_are_checked_one_by_one(kqlpack: Run, tmp_path: Path) -> None:
    text = "SigninLogs\n| take 1\n\nSigninLogs\n| where ResultType == 0\n\nAuditLogs\n| take 5\n"
    (tmp_path / "a.kql").write_text(text, encoding="utf-8")
    report = json.loads(kqlpack("lint", "a.kql", "--format", "json").out)
    assert [one["rule"] for one in report["diagnostics"] if one["severity"] != "info"] == ["string-number-equality"]
    assert "a.kql:5:" in kqlpack("lint", "a.kql").out


def test_a_folder_is_searched_and_what_is_not_ours_is_left_alone(kqlpack: Run, tmp_path: Path, seed: Path) -> None:
    assert seed.exists()
    (tmp_path / "compose.yaml").write_text("services: {}\n", encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.kql").write_text("nonsense here", encoding="utf-8")
    ran = kqlpack("lint", "--explain-skips")
    assert "seed.yaml" in ran.out
    assert "skipped compose.yaml: YAML without `kqlpack: 1`" in ran.err
    assert ".hidden" not in ran.out + ran.err


@pytest.mark.parametrize("name", ["missing.yaml", "missing", "missing.kql"])
def test_a_path_that_is_not_there_exits_with_2(kqlpack: Run, name: str) -> None:
    ran = kqlpack("lint", name)
    assert ran.code == 2
    assert f"`{name}` was not checked: there is no such file or folder" in ran.err


def test_a_name_that_is_too_long_for_a_file_is_no_path(kqlpack: Run) -> None:
    ran = kqlpack("lint", "a" * 5_000)
    assert ran.code == 2
    assert "there is no such file or folder" in ran.err


@pytest.mark.parametrize("key", ["query", "FunctionQuery", "ParserQuery"])
def test_the_yaml_of_rules_and_of_parsers_is_checked(kqlpack: Run, tmp_path: Path, key: str) -> None:
    text = f"ParserName: vimSomething\n{key}: |\n  SigninLogs | where ResultType == 0\n"
    (tmp_path / "parser.yaml").write_text(text, encoding="utf-8")
    assert "parser.yaml:3:" in kqlpack("lint", "parser.yaml").out


def test_a_file_that_can_not_be_written_to_is_told_in_words(
    kqlpack: Run, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kqlpack.source.SourceFile.write", refuse)
    ran = kqlpack("lint", "seed.yaml", "--fix")
    assert ran.code == 2
    assert "`seed.yaml` can't be written: permission denied" in ran.err
    assert seed.read_text("utf-8") == SEED


def test_nothing_checked_is_no_success(kqlpack: Run) -> None:
    ran = kqlpack("lint")
    assert ran.code == 2
    assert "no query was found" in ran.err


def test_broken_yaml_is_one_finding_at_its_line(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kqlpack: 1\nname: [a\nqueries: []\n", encoding="utf-8")
    ran = kqlpack("lint", "a.yaml")
    assert ran.code == 1
    assert "a.yaml:" in ran.out
    assert "invalid-yaml" in ran.out


def test_an_unknown_key_has_a_did_you_mean(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SEED.replace("title: Successful", "titel: Successful"), encoding="utf-8")
    ran = kqlpack("lint", "a.yaml")
    assert ran.code == 1
    assert "did you mean `title`?" in ran.out


def test_an_undefined_variable_is_said_once(kqlpack: Run, tmp_path: Path) -> None:
    text = SEED.replace("ResultType == 0", 'ResultType == "{{ cod }}"').replace(
        "queries:", "parameters: {code: {type: string, default: '0'}}\nqueries:"
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    report = json.loads(kqlpack("lint", "a.yaml", "--format", "json").out)
    undefined = [one for one in report["diagnostics"] if one["rule"] == "undefined-variable"]
    assert len(undefined) == 1
    assert "`code`" in undefined[0]["help"]


def test_a_finding_of_one_variant_names_the_values_that_show_it(kqlpack: Run, tmp_path: Path) -> None:
    text = SEED.replace(
        "title: The seed", "title: The seed\nparameters: {strict: {type: bool, default: false}}"
    ).replace(
        "      | where ResultType == 0\n", "      {% if strict %}\n      | where ResultType == 0\n      {% endif %}\n"
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    report = json.loads(kqlpack("lint", "a.yaml", "--format", "json").out)
    (found,) = [one for one in report["diagnostics"] if one["rule"] == "string-number-equality"]
    assert found["parameters"] == {"strict": "true"}
    assert report["checked"]["variants"] == 2


def test_standard_input_is_checked_under_the_name_that_is_given(kqlpack: Run, stdin: Callable[[bytes], None]) -> None:
    stdin(b"SigninLogs | where ResultType == 0")
    ran = kqlpack("lint", "-", "--stdin-filename", "x.kql")
    assert "x.kql:1:" in ran.out
    stdin(SEED.encode())
    ran = kqlpack("lint", "-", "--stdin-filename", "x.yaml", "--fix")
    assert ran.out == SEED.replace("ResultType == 0", 'ResultType == "0"')


def test_an_output_can_go_to_a_file_as_well(kqlpack: Run, seed: Path, tmp_path: Path) -> None:
    assert seed.exists()
    ran = kqlpack("lint", "seed.yaml", "--output", "json=out.json")
    assert "string-number-equality" in ran.out
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["diagnostics"]
    assert kqlpack("lint", "seed.yaml", "--output", "xml=out.xml").code == 2


def test_the_same_input_gives_the_same_bytes(kqlpack: Run, seed: Path) -> None:
    assert seed.exists()
    assert kqlpack("lint", "--format", "json").out == kqlpack("lint", "--format", "json").out


def test_one_file_of_a_pack_is_checked_with_its_pack(kqlpack: Run, tmp_path: Path) -> None:
    pack = tmp_path / "p"
    (pack / "queries").mkdir(parents=True)
    head, _, _ = SEED.partition("queries:")
    (pack / "pack.yaml").write_text(
        head + "parameters: {since: {type: timespan, default: 1d, max: 30d}}\n", encoding="utf-8"
    )
    body = "  SigninLogs\n  | where TimeGenerated > ago({{ since }})\n  | where ResultType == 0\n"
    query = "id: a\ntitle: A\nquery: |\n" + body
    (pack / "queries" / "a.yaml").write_text(query, encoding="utf-8")
    ran = kqlpack("lint", "p/queries/a.yaml")
    assert "a.yaml:6:" in ran.out
    assert "undefined" not in ran.out


def test_a_comment_with_a_reason_suppresses_and_one_without_is_a_finding(kqlpack: Run, seed: Path) -> None:
    line = "      | where ResultType == 0"
    seed.write_text(SEED.replace(line, f"{line} // kqlpack: ignore[string-number-equality] measured"), encoding="utf-8")
    assert json.loads(kqlpack("lint", "seed.yaml", "--format", "json").out)["diagnostics"] == []
    seed.write_text(SEED.replace(line, f"{line} // kqlpack: ignore[string-number-equality]"), encoding="utf-8")
    assert "suppression-without-reason" in kqlpack("lint", "seed.yaml").out


def test_every_finding_in_a_query_names_the_query(kqlpack: Run, seed: Path) -> None:
    for broken in ("| whre x", "| where Nope == 1", "| summarize any(Location)"):
        seed.write_text(SEED.replace("| where ResultType == 0", broken), encoding="utf-8")
        report = json.loads(kqlpack("lint", "seed.yaml", "--format", "json").out)
        assert {one["query"] for one in report["diagnostics"]} == {"successes"}, broken
        assert report["diagnostics"]


def test_a_query_is_checked_for_the_place_where_it_runs(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "q.kql").write_text('cluster("help").database("Samples").StormEvents | take 1\n')

    assert "not-in-dialect" in kqlpack("lint", "q.kql").out
    assert "not-in-dialect" not in kqlpack("lint", "q.kql", "--dialect", "azure-data-explorer").out
    assert kqlpack("lint", "q.kql", "--dialect", "sql").code == 2


def test_the_command_lines_dialect_comes_before_the_packs(kqlpack: Run, tmp_path: Path) -> None:
    query = "queries:\n  - id: q\n    query: Resources | where type == 'a'\n"
    (tmp_path / "pack.yaml").write_text(f"kqlpack: 1\nname: p\ndialect: resource-graph\n{query}")

    assert kqlpack("lint").code == 0
    assert "unknown-table" in kqlpack("lint", "--dialect", "log-analytics").out


def test_a_misspelt_dialect_of_a_pack_is_told(kqlpack: Run, tmp_path: Path) -> None:
    query = "queries:\n  - id: q\n    query: print 1\n"
    (tmp_path / "pack.yaml").write_text(f"kqlpack: 1\nname: p\ndialect: resorce-graph\n{query}")

    ran = kqlpack("lint")

    assert ran.code == 1
    assert "did you mean `resource-graph`?" in ran.out


def test_a_finding_that_is_let_pass_makes_no_success_of_nothing_checked(kqlpack: Run, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("kqlpack: 1\nname: p\nversion: 1.0.0\nlog_sorce: x\nqueries: []\n", "utf-8")
    ran = kqlpack("lint", "pack.yaml", "--fail-on", "none")
    assert "did you mean `log_source`?" in ran.out
    assert ran.code == 2
