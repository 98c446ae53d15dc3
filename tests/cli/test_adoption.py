"""`kqlpack lint` where there are findings already, and in pipelines: baseline, statistics, quiet, exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

COMPARED = "SigninLogs\n| where ResultType == 0\n"
RULES = ("--select", "string-number-equality,contains-could-be-has,syntax")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.kql").write_text(COMPARED, "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.kql").write_text(COMPARED + '| where AppDisplayName contains "net user"\n', "utf-8")
    return tmp_path


def found(ran: Ran) -> list[tuple[str, str]]:
    return [(one["path"], one["rule"]) for one in json.loads(ran.out)["diagnostics"]]


def entries(path: Path) -> list[tuple[str, str, int]]:
    return [(one["path"], one["rule"], one["count"]) for one in json.loads(path.read_text("utf-8"))["findings"]]


# ---- baseline --------------------------------------------------------------------------------------------------------


def test_the_first_update_takes_in_everything_and_hides_it(kqlpack: Run, folder: Path) -> None:
    ran = kqlpack("lint", *RULES, "--baseline", "known.json", "--update-baseline", "--fail-on", "info")
    assert ran.code == 0
    assert "`known.json` knows 3 findings" in ran.err
    assert entries(folder / "known.json") == [
        ("a.kql", "string-number-equality", 1),
        ("sub/b.kql", "contains-could-be-has", 1),
        ("sub/b.kql", "string-number-equality", 1),
    ]
    ran = kqlpack("lint", *RULES, "--baseline", "known.json", "--fail-on", "info")
    assert (ran.code, ran.out) == (0, "The baseline hides 3 findings.\nChecked 2 queries in 2 files.\n")
    report = json.loads(kqlpack("lint", *RULES, "--baseline", "known.json", "--format", "json").out)
    assert (report["diagnostics"], report["checked"]["hidden"]) == ([], 3)


def test_what_is_new_is_shown_and_what_moved_is_not(kqlpack: Run, folder: Path) -> None:
    kqlpack("lint", *RULES, "--baseline", "known.json", "--update-baseline")
    (folder / "a.kql").write_text("// moved\n\n" + COMPARED + "\nSigninLogs | where ResultType == 1\n", "utf-8")
    (folder / "sub").rename(folder / "other")
    ran = kqlpack("lint", *RULES, "--baseline", "known.json", "--format", "concise", "--fail-on", "warning")
    assert ran.code == 1
    assert "a.kql:6:" in ran.out
    assert ran.out.count("[string-number-equality]") == 1


def test_an_update_only_shrinks_unless_new_ones_are_accepted(kqlpack: Run, folder: Path) -> None:
    update = ("lint", *RULES, "--baseline", "known.json", "--update-baseline", "--format", "json")
    kqlpack(*update)
    (folder / "a.kql").write_text("SigninLogs | where ResultType == 1\n", "utf-8")
    ran = kqlpack(*update)
    assert "1 fewer, 0 more" in ran.err
    assert found(ran) == [("a.kql", "string-number-equality")]
    assert [path for path, _, _ in entries(folder / "known.json")] == ["sub/b.kql", "sub/b.kql"]
    ran = kqlpack(*update, "--accept-new")
    assert "0 fewer, 1 more" in ran.err
    assert found(ran) == []
    before = (folder / "known.json").read_bytes()
    assert "as before" in kqlpack(*update).err
    assert (folder / "known.json").read_bytes() == before


def test_a_look_at_one_file_or_with_one_rule_leaves_the_others_entries(kqlpack: Run, folder: Path) -> None:
    update = ("lint", "--baseline", "known.json", "--update-baseline")
    kqlpack(*update, *RULES)
    (folder / "a.kql").write_text("SigninLogs | take 1\n", "utf-8")
    kqlpack(*update, *RULES, "sub")
    assert len(entries(folder / "known.json")) == 3
    kqlpack(*update, "--select", "syntax")
    assert len(entries(folder / "known.json")) == 3
    kqlpack(*update, *RULES, "a.kql")
    assert [path for path, _, _ in entries(folder / "known.json")] == ["sub/b.kql", "sub/b.kql"]
    (folder / "sub" / "b.kql").unlink()
    kqlpack(*update, *RULES, "a.kql")
    assert entries(folder / "known.json") == []


def test_a_baseline_comes_from_the_configuration(kqlpack: Run, folder: Path) -> None:
    (folder / "kqlpack.toml").write_text('baseline = "ci/known.json"\nselect = ["string-number-equality"]\n', "utf-8")
    (folder / "ci").mkdir()
    assert kqlpack("lint", "sub", "--update-baseline").code == 0
    assert entries(folder / "ci" / "known.json") == [("../sub/b.kql", "string-number-equality", 1)]
    assert "hides 1 finding." in kqlpack("lint", "sub").out


def test_a_file_that_can_not_be_read_is_never_known(kqlpack: Run, folder: Path) -> None:
    (folder / "a.kql").write_bytes(b"\xff\xfea\0")
    assert kqlpack("lint", "a.kql", "--baseline", "known.json", "--update-baseline").code == 2
    assert entries(folder / "known.json") == []


def test_standard_input_has_a_baseline_too(kqlpack: Run, folder: Path, stdin: Callable[[bytes], None]) -> None:
    kqlpack("lint", *RULES, "--baseline", "known.json", "--update-baseline")
    stdin((folder / "a.kql").read_bytes())
    ran = kqlpack("lint", *RULES, "--baseline", "known.json", "-", "--stdin-filename", "a.kql", "--format", "json")
    assert found(ran) == []
    ran = kqlpack("lint", "-", "--baseline", "known.json", "--update-baseline")
    assert (ran.code, "not at standard input" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--baseline", "nowhere.json"), "no baseline `nowhere.json`: --update-baseline writes it"),
        (("--update-baseline",), "needs --baseline FILE"),
        (("--accept-new", "--baseline", "x.json"), "give both"),
        (("--baseline", "a.kql"), "`a.kql` is no baseline: line 1 is no JSON"),
        (("--baseline", "no/where.json", "--update-baseline"), "`no/where.json` can't be written"),
    ],
)
def test_what_can_not_be_done_exits_with_2(kqlpack: Run, folder: Path, arguments: tuple[str, ...], told: str) -> None:
    assert folder.exists()
    ran = kqlpack("lint", *arguments)
    assert ran.code == 2
    assert told in ran.err.replace("\n", " ")


# ---- what is printed -------------------------------------------------------------------------------------------------


def test_statistics_count_by_rule(kqlpack: Run, folder: Path) -> None:
    assert folder.exists()
    assert kqlpack("lint", *RULES, "--statistics").out == (
        "2  warning  KQL107  string-number-equality  [*] 2 fixable\n"
        "1  info     KQL302  contains-could-be-has   1 with --unsafe-fixes\n"
        "\n"
        "Found 2 warnings, 1 info. [*] `--fix` mends 2; `--fix --unsafe-fixes` mends 1 more.\n"
        "Checked 2 queries in 2 files.\n"
    )


def test_statistics_for_programs(kqlpack: Run, folder: Path) -> None:
    assert folder.exists()
    report = json.loads(kqlpack("lint", *RULES, "--statistics", "--format", "json").out)
    assert report["version"] == 1
    assert report["checked"] == {"files": 2, "packs": 0, "queries": 2, "variants": 2}
    assert report["statistics"][0] == {
        "code": "KQL107",
        "rule": "string-number-equality",
        "count": 2,
        "severities": {"warning": 2},
        "fixable": 2,
        "fixable_unsafe": 0,
    }
    (folder / "kqlpack.toml").write_text(
        '[[overrides]]\npaths = ["sub"]\nseverity = {string-number-equality = "error"}', "utf-8"
    )
    assert "2  1 error, 1 warning  KQL107" in kqlpack("lint", *RULES, "--statistics").out


def test_statistics_of_nothing_are_the_summary(kqlpack: Run, folder: Path) -> None:
    assert folder.exists()
    assert kqlpack("lint", "--select", "syntax", "--statistics").out == "Checked 2 queries in 2 files.\n"


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_quiet_prints_findings_and_nothing_else(kqlpack: Run, folder: Path, format_: str) -> None:
    assert folder.exists()
    whole = kqlpack("lint", *RULES, "--format", format_).out
    ran = kqlpack("lint", *RULES, "--format", format_, "--quiet")
    assert ran.err == ""
    assert "Checked" in whole
    assert "Checked" not in ran.out
    assert whole.startswith(ran.out)
    assert ran.out.endswith("\n")
    assert ran.out[-2] != "\n"
    assert kqlpack("lint", "--select", "syntax", "--format", format_, "-q").out == ""


def test_quiet_changes_nothing_for_programs(kqlpack: Run, folder: Path) -> None:
    assert folder.exists()
    assert kqlpack("lint", "--format", "json").out == kqlpack("lint", "--format", "json", "--quiet").out


def test_exit_zero_forgives_findings_but_no_faults(kqlpack: Run, folder: Path) -> None:
    (folder / "a.kql").write_text("SigninLogs | whre x\n", "utf-8")
    assert kqlpack("lint").code == 1
    assert kqlpack("lint", "--exit-zero").code == 0
    assert kqlpack("lint", "--exit-zero", "--fail-on", "info").code == 0
    assert kqlpack("lint", "--diff", "--exit-zero").code == 0
    assert kqlpack("lint", "nowhere.kql", "--exit-zero").code == 2


# ---- comments --------------------------------------------------------------------------------------------------------


def test_comments_are_written_for_what_is_found(kqlpack: Run, folder: Path) -> None:
    ran = kqlpack("lint", *RULES, "--add-ignores", "--fail-on", "info")
    assert ran.code == 0
    assert ran.err == "kqlpack: wrote comments for 3 findings into 2 files\n"
    assert (folder / "a.kql").read_text("utf-8") == (
        "SigninLogs\n| where ResultType == 0 // kqlpack: ignore[string-number-equality] not judged yet\n"
    )
    before = (folder / "a.kql").read_bytes()
    assert kqlpack("lint", *RULES, "--add-ignores").err == ""
    assert (folder / "a.kql").read_bytes() == before


def test_comments_give_the_reason_that_is_given(kqlpack: Run, folder: Path) -> None:
    kqlpack("lint", *RULES, "--add-ignores", "until=2999-01-01 old rule of ours", "a.kql")
    end = "// kqlpack: ignore[string-number-equality] until=2999-01-01 old rule of ours\n"
    assert (folder / "a.kql").read_text("utf-8").endswith(end)
    assert "ignore" not in (folder / "sub" / "b.kql").read_text("utf-8")


def test_what_a_baseline_hides_gets_no_comment(kqlpack: Run, folder: Path) -> None:
    kqlpack("lint", *RULES, "--baseline", "known.json", "--update-baseline")
    before = (folder / "a.kql").read_bytes()
    kqlpack("lint", *RULES, "--baseline", "known.json", "--add-ignores")
    assert (folder / "a.kql").read_bytes() == before


def test_json_has_no_comments_and_that_is_told(kqlpack: Run, tmp_path: Path) -> None:
    resource = {
        "type": "Microsoft.OperationalInsights/workspaces/savedSearches",
        "properties": {"category": "c", "displayName": "d", "query": COMPARED},
    }
    (tmp_path / "t.json").write_text(json.dumps({"resources": [resource]}), "utf-8")
    ran = kqlpack("lint", *RULES, "t.json", "--add-ignores")
    assert "[string-number-equality] stays: JSON has no comments; a baseline can hide it" in ran.err
    assert "wrote comments for 0 findings into 0 files" in ran.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--add-ignores", "sub"), "`sub` is a path"),
        (("--add-ignores", "why", "-"), "not into standard input"),
        (("--add-ignores", "a\nb"), "a reason of one line"),
        (("--add-ignores", " "), "a reason of one line"),
        (("--add-ignores", "why", "--diff"), "--diff shows what --fix would change"),
    ],
)
def test_comments_that_can_not_be_meant_exit_with_2(
    kqlpack: Run, folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    before = (folder / "sub" / "b.kql").read_bytes()
    ran = kqlpack("lint", *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert (folder / "sub" / "b.kql").read_bytes() == before
