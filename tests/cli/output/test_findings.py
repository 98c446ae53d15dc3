"""`kqlpack lint` in CI: every format from one run, the service's own by itself, the job's summary."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft7Validator

from kqlpack.cli.progress import progress
from kqlpack.diagnostics.render import formats
from tests.schemas import SARIF, published

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]

PACK = """\
kqlpack: 1
name: seed
version: 1.0.0
title: The seed
log_source: tenant
parameters:
  user: {type: string, default: ada@contoso.example}
queries:
  - id: successes
    title: Successful sign-ins
    query: |
      SigninLogs
      | where TimeGenerated > ago(1d)
      | where UserPrincipalName =~ {{ user }}
      | where ResultType == 0
  - id: failures
    title: Failures
    query: |
      SigninLogs
      | where TimeGenerated > ago(1d)
      // kqlpack: ignore[string-number-equality] a number on purpose
      | where ResultType == 1
  - id: clean
    title: Nothing is wrong here
    query: |
      SigninLogs
      | where TimeGenerated > ago(1d) and UserPrincipalNam == "x"
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.yaml"
    path.write_text(PACK, encoding="utf-8")
    return path


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set what GitHub sets for a step; the file is that of its summary."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    return summary


def test_one_run_writes_every_format(kqlpack: Run, pack: Path) -> None:
    named = [part for name in formats() for part in ("--output", f"{name}=out.{name}")]
    assert kqlpack("lint", "pack.yaml", *named).code == 1
    for name in formats():
        printed = kqlpack("lint", "pack.yaml", "--format", name).out
        assert pack.with_name(f"out.{name}").read_text("utf-8") == printed
        assert "KQL107" in printed or "string-number-equality" in printed


def test_sarif_of_a_pack_is_whole(kqlpack: Run, pack: Path) -> None:
    assert pack.exists()
    log = json.loads(kqlpack("lint", "pack.yaml", "--format", "sarif").out)
    Draft7Validator(published(SARIF)).validate(log)
    (run,) = log["runs"]
    assert run["invocations"][0]["exitCode"] == 1
    by_rule = {(one["properties"]["rule"], bool(one["suppressions"])): one for one in run["results"]}
    suppressed = by_rule["string-number-equality", True]
    assert suppressed["suppressions"][0]["justification"] == "a number on purpose"
    templated = by_rule["string-number-equality", False]
    places = [one["physicalLocation"] for one in templated["relatedLocations"]]
    (rendered,) = [one for one in places if one["artifactLocation"]["uriBaseId"] == "RENDERED"]
    text = run["artifacts"][rendered["artifactLocation"]["index"]]["contents"]["text"]
    assert '=~ "ada@contoso.example"' in text
    start = rendered["region"]["charOffset"]
    assert text[start : start + rendered["region"]["charLength"]] in {"0", "ResultType == 0"}
    # A query without a template stands in its file as it is.
    assert not any("RENDERED" in json.dumps(one) for one in (suppressed, by_rule["unknown-column", False]))


def test_junit_has_a_case_for_every_query(kqlpack: Run, pack: Path) -> None:
    assert pack.exists()
    root = ET.fromstring(kqlpack("lint", "pack.yaml", "--format", "junit").out)  # noqa: S314 - written by kqlpack
    cases = {case.attrib["name"]: case for case in root.iter("testcase")}
    assert set(cases) == {"successes", "failures", "clean"}
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["clean"]


def test_the_service_chooses_the_format_and_an_option_chooses_over_it(
    kqlpack: Run, pack: Path, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pack.exists()
    assert github.parent.exists()
    assert kqlpack("lint", "pack.yaml").out.startswith("::warning file=pack.yaml,line=15,")
    assert kqlpack("lint", "pack.yaml", "--format", "concise").out.startswith("pack.yaml:15:")
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert kqlpack("lint", "pack.yaml").out.startswith("pack.yaml:15:")
    monkeypatch.setenv("TF_BUILD", "True")
    assert kqlpack("lint", "pack.yaml").out.startswith("##vso[task.logissue type=warning;sourcepath=pack.yaml;")


def test_the_jobs_summary_gets_the_table_of_every_run(kqlpack: Run, pack: Path, github: Path) -> None:
    assert pack.exists()
    kqlpack("lint", "pack.yaml")
    kqlpack("lint", "pack.yaml", "--format", "text", "--select", "unknown-column")
    text = github.read_text("utf-8")
    assert text.count("### kqlpack lint\n") == 2
    assert text.count("| string-number-equality |") == 1
    assert text.count("| unknown-column |") == 2


def test_a_summary_that_cant_be_written_fails_nothing(
    kqlpack: Run, pack: Path, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pack.exists()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(github.parent / "missing" / "summary.md"))
    ran = kqlpack("lint", "pack.yaml", "--fail-on", "none")
    assert ran.code == 0
    assert "the job's summary is missing" in ran.err


def test_paths_are_told_from_the_repositorys_root(
    kqlpack: Run, pack: Path, github: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = pack.parent / "below"
    below.mkdir()
    pack.rename(below / "pack.yaml")
    monkeypatch.chdir(below)
    assert github.parent == below.parent
    assert "file=below/pack.yaml," in kqlpack("lint", "pack.yaml").out
    log = json.loads(kqlpack("lint", "pack.yaml", "--format", "sarif").out)
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == "below/pack.yaml"


@pytest.mark.parametrize("format_", sorted({*formats()} - {"github", "azure"}))
def test_a_query_gives_no_commands_to_the_service(
    kqlpack: Run, tmp_path: Path, github: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    assert github
    hostile = (
        "T | where x == '##vso[task.setvariable variable=PATH]x ##[error]y' and ResultType = 0\n::error::x ##[add-mask]"
    )
    (tmp_path / "a.kql").write_text(hostile, encoding="utf-8")
    (tmp_path / "::error::##[error]x.kql").write_text("SigninLogs | where ResultTyp == 1", encoding="utf-8")
    kqlpack("lint", ".", "--output", f"{format_}=out")
    out = kqlpack("lint", ".", "--format", format_).out
    meant = (tmp_path / "out").read_text("utf-8")
    if format_ in {"json", "sarif", "gitlab"}:
        assert json.loads(out) == json.loads(meant)
    if format_ == "junit":
        assert ET.canonicalize(out) == ET.canonicalize(meant)
    assert "##[" not in out
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    monkeypatch.delenv("GITHUB_ACTIONS")
    monkeypatch.setenv("TF_BUILD", "True")
    assert "##vso[" not in kqlpack("lint", ".", "--format", format_).out


def test_standard_input_is_written_to_files_too(kqlpack: Run, stdin: Callable[[bytes], None], tmp_path: Path) -> None:
    stdin(b"SigninLogs | where ResultType == 0")
    kqlpack("lint", "-", "--output", "json=out.json")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["diagnostics"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["sarif"], "--output takes FORMAT=FILE"),
        (["sarif="], "--output takes FORMAT=FILE"),
        (["yaml=x"], "--output knows no format `yaml`"),
        (["json=x", "sarif=x"], "--output names `x` twice"),
    ],
)
def test_an_output_that_is_none_is_a_usage_error(kqlpack: Run, pack: Path, given: list[str], said: str) -> None:
    assert pack.exists()
    ran = kqlpack("lint", "pack.yaml", *[part for one in given for part in ("--output", one)])
    assert ran.code == 2
    assert said in ran.err


def test_a_folder_that_is_not_there_is_told(kqlpack: Run, pack: Path) -> None:
    assert pack.exists()
    ran = kqlpack("lint", "pack.yaml", "--output", "sarif=missing/out.sarif")
    assert ran.code == 2
    assert "`missing/out.sarif` can't be written" in ran.err


# ---- on a terminal ---------------------------------------------------------------------------------------------------


class _Terminal:
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.written = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written += text
        return len(text)

    def flush(self) -> None:
        pass


def test_progress_is_shown_on_a_terminal_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("kqlpack.cli.progress._PATIENCE", -1)
    with progress(3, "checking") as after_each:
        after_each()
        after_each()
    assert "2/3" in terminal.written
    assert terminal.written.endswith("\x1b[2K")


def test_a_short_run_and_a_stream_that_is_no_terminal_show_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress(3, "checking") as after_each:
        after_each()
    assert capsys.readouterr().err == ""
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(3, "checking") as after_each:
        after_each()
    assert terminal.written == ""
