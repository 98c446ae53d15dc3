"""The formats of CI services, read as the services read them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from kqlpack.diagnostics import Annotation, Checked, Diagnostic, Run, Severity, Skipped, Subject
from kqlpack.diagnostics.frame import visible
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.render import markdown, render
from kqlpack.diagnostics.render.azure import without_commands as without_azure
from kqlpack.diagnostics.render.github import without_commands as without_github
from kqlpack.source import SourceFile, Span
from tests.diagnostics.sample import TEXTS, finding, findings

if TYPE_CHECKING:
    from pathlib import PurePath

    from markdown_it.token import Token

FILE = SourceFile("packs/spray.yaml", "query: |\r\n  é | where ResultType == 0\r\n")
CHECKED = Checked(files=1, packs=1, queries=2, variants=3)


# ---- GitHub ----------------------------------------------------------------------------------------------------------


def github_commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands that GitHub's runner finds: kind, properties, message."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", output):
        if match := re.match(r"\s*::(\w+)(?: (.*?))?::(.*)", line):
            kind, listed, message = match.groups()
            pairs = [pair.split("=", 1) for pair in (listed or "").split(",") if pair]
            properties = {name: _unescaped(value, ("%2C", ","), ("%3A", ":")) for name, value in pairs}
            commands.append((kind, properties, _unescaped(message)))
    return commands


def _unescaped(text: str, *more: tuple[str, str]) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(written, meant)
    return text


def test_a_finding_is_a_command_of_github_with_its_place() -> None:
    output = render("github", [finding(FILE, "ResultType", severity=Severity.ERROR)], CHECKED)
    assert output.split("\n")[0] == (
        "::error file=packs/spray.yaml,line=2,endLine=2,col=13,endColumn=22,"
        "title=string-number-equality (KQL107)::`ResultType` holds text%0Ahelp: compare with text"
    )
    assert output.endswith("Checked 2 queries with 3 variants in 1 pack.\n")


def test_what_is_no_error_and_no_warning_is_a_notice() -> None:
    ((kind, _, _),) = github_commands(render("github", [finding(FILE, "0", severity=Severity.INFO)], CHECKED))
    assert kind == "notice"


def test_a_place_over_several_lines_has_no_columns_for_github() -> None:
    ((_, properties, _),) = github_commands(render("github", [finding(FILE, "|\r\n  é")], CHECKED))
    assert (properties["line"], properties["endLine"]) == ("1", "2")
    assert not {"col", "endColumn"} & set(properties)


def test_github_is_told_no_more_than_it_shows_and_the_log_has_the_rest() -> None:
    file = SourceFile("a.kql", "x" * 30)
    found = [
        Diagnostic("KQL101", "a-rule", severity, f"message {index}", Annotation(file, Span(index, index + 1)))
        for severity in (Severity.ERROR, Severity.WARNING)
        for index in range(12)
    ]
    output = render("github", found, Checked(1, 0, 1, 1))
    assert [kind for kind, _, _ in github_commands(output)].count("error") == 10
    assert [kind for kind, _, _ in github_commands(output)].count("warning") == 10
    assert len(re.findall(r"(?m)^a\.kql:1:1[12] ", output)) == 4


@given(found=findings())
def test_whatever_findings_hold_github_reads_one_command_for_each(found: list[Diagnostic]) -> None:
    output = render("github", found, CHECKED)
    commands = github_commands(output)
    ordered = sorted(found, key=lambda one: one.sort_key)
    assert len(commands) == len(found)
    for (_, properties, message), diagnostic in zip(commands, ordered, strict=True):
        assert properties["file"] == _written(from_root(diagnostic.file.path))
        told = visible(diagnostic.message)
        assert message == (f"{told}\nhelp: {visible(diagnostic.help)}" if diagnostic.help else told)


@given(text=TEXTS)
def test_a_text_without_commands_has_none_for_any_service(text: str) -> None:
    assert not github_commands(without_github(f"{text}\n{text}").replace("\r", "\n"))
    assert "##[" not in without_github(text)
    assert not re.search(r"##(vso)?\[", without_azure(text))


# ---- Azure Pipelines -------------------------------------------------------------------------------------------------


def azure_commands(output: str) -> list[tuple[dict[str, str], str]]:
    """Return the issues that the agent finds: properties, message."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", output):
        if match := re.search(r"##vso\[task\.logissue ([^\]]*)\](.*)", line):
            pairs = [pair.split("=", 1) for pair in match.group(1).split(";") if pair]
            properties = {name: _unescaped_azure(value, ("%3B", ";"), ("%5D", "]")) for name, value in pairs}
            commands.append((properties, _unescaped_azure(match.group(2))))
    return commands


def _unescaped_azure(text: str, *more: tuple[str, str]) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%AZP25", "%")):
        text = text.replace(written, meant)
    return text


def test_a_finding_is_a_command_of_azure_with_its_place() -> None:
    output = render("azure", [finding(FILE, "ResultType", severity=Severity.ERROR)], CHECKED)
    assert output.split("\n")[0] == (
        "##vso[task.logissue type=error;sourcepath=packs/spray.yaml;linenumber=2;columnnumber=13;code=KQL107;]"
        "[string-number-equality] `ResultType` holds text; compare with text"
    )


def test_what_is_no_error_and_no_warning_is_a_line_for_azure() -> None:
    output = render("azure", [finding(FILE, "0", severity=Severity.INFO)], CHECKED)
    assert not azure_commands(output)
    assert "packs/spray.yaml:2:27 info [string-number-equality]" in output


@given(found=findings())
def test_whatever_findings_hold_azure_reads_one_issue_for_each(found: list[Diagnostic]) -> None:
    ordered = [one for one in sorted(found, key=lambda one: one.sort_key) if one.severity is not Severity.INFO]
    commands = azure_commands(render("azure", found, CHECKED))
    assert len(commands) == len(ordered)
    for (properties, message), diagnostic in zip(commands, ordered, strict=True):
        assert properties["sourcepath"] == _written(from_root(diagnostic.file.path))
        told = f"[string-number-equality] {visible(diagnostic.message)}"
        assert message == (f"{told}; {visible(diagnostic.help)}" if diagnostic.help else told)


# ---- GitLab ----------------------------------------------------------------------------------------------------------


def test_a_finding_is_an_entry_of_gitlabs_report() -> None:
    (entry,) = json.loads(render("gitlab", [finding(FILE, "0")], CHECKED))
    assert len(entry.pop("fingerprint")) == 16
    assert entry == {
        "description": "`ResultType` holds text; compare with text",
        "check_name": "string-number-equality",
        "severity": "minor",
        "location": {"path": "packs/spray.yaml", "lines": {"begin": 2, "end": 2}},
    }


@given(found=findings())
def test_gitlabs_fingerprints_are_each_there_once_and_paths_come_back(found: list[Diagnostic]) -> None:
    entries = json.loads(render("gitlab", found, CHECKED))
    assert len({entry["fingerprint"] for entry in entries}) == len(found)
    assert sorted(entry["location"]["path"] for entry in entries) == sorted(from_root(one.file.path) for one in found)


# ---- JSON, line by line ----------------------------------------------------------------------------------------------


@given(found=findings())
def test_jsonl_holds_the_same_as_json(found: list[Diagnostic]) -> None:
    lines = render("jsonl", found, CHECKED).split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == json.loads(render("json", found, CHECKED))["diagnostics"]


# ---- JUnit -----------------------------------------------------------------------------------------------------------


def cases(output: str) -> dict[tuple[str, str], ET.Element]:
    root = ET.fromstring(output)  # noqa: S314 - written by kqlpack itself
    return {(case.attrib["classname"], case.attrib["name"]): case for case in root.iter("testcase")}


def test_every_query_is_a_case_and_fails_where_the_run_does() -> None:
    path = FILE.path
    checked = Checked(
        1, 1, 3, 3, (Skipped("notes.yaml", "no query in it"),), (Subject(path, "spray"), Subject(path, "b"))
    )
    found = [finding(FILE, "0"), finding(FILE, "ResultType", severity=Severity.ERROR)]
    output = render("junit", found, checked, run=Run(fail_on=Severity.ERROR))
    found_cases = cases(output)
    assert set(found_cases) == {(path, "spray"), (path, "b"), ("notes.yaml", "the file")}
    spray = found_cases[path, "spray"]
    assert [child.tag for child in spray] == ["failure", "system-out"]
    assert "2:13 error" in (spray[0].text or "")
    assert "2:27 warning" in (spray[1].text or "")
    assert len(found_cases[path, "b"]) == 0
    skipped = found_cases["notes.yaml", "the file"].find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "no query in it"
    root = ET.fromstring(output)  # noqa: S314 - as above
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }


@pytest.mark.parametrize(("fail_on", "failures"), [(Severity.WARNING, "1"), (Severity.ERROR, "0"), (None, "0")])
def test_fail_on_decides_what_fails_in_junit(fail_on: Severity | None, failures: str) -> None:
    output = render("junit", [finding(FILE, "0")], CHECKED, run=Run(fail_on=fail_on))
    assert ET.fromstring(output).attrib["failures"] == failures  # noqa: S314 - as above


@given(found=findings())
def test_whatever_findings_hold_junit_is_xml_that_says_it(found: list[Diagnostic]) -> None:
    output = render("junit", found, CHECKED, run=Run(fail_on=Severity.INFO))
    root = ET.fromstring(output.encode("utf-8"))  # noqa: S314 - as above
    told = "\n".join(failure.attrib["message"] for failure in root.iter("failure"))
    for diagnostic in found:
        assert _in_xml(visible(diagnostic.message)) in told


def _in_xml(text: str) -> str:
    return text.replace("\ufffe", "<U+FFFE>").replace("\uffff", "<U+FFFF>")


# ---- Markdown --------------------------------------------------------------------------------------------------------


def cells(output: str) -> list[list[str]]:
    """Return the table's rows below its head, as the text that a reader sees."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(output)
    rows: list[list[str]] = []
    inside = ""
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        inside = token.type if token.type in {"th_open", "td_open"} else inside
        if token.type == "inline" and inside == "td_open":
            rows[-1].append("".join(_shown(child) for child in token.children or []))
            assert not {child.type for child in token.children or []} & {"link_open", "image", "em_open", "strong_open"}
            tags = {child.content for child in token.children or [] if child.type == "html_inline"}
            assert tags <= {"<br>", "<code>", "</code>"}
    return [row for row in rows if row]


def _shown(token: Token) -> str:
    return {"html_inline": "\n" if token.content == "<br>" else "", "softbreak": " "}.get(token.type, token.content)


def test_markdown_is_a_table_with_a_summary() -> None:
    assert render("markdown", [finding(FILE, "0", replacement='"0"')], CHECKED) == (
        "### kqlpack lint\n"
        "\n"
        "| | where | rule | finding |\n"
        "| --- | --- | --- | --- |\n"
        "| 🟡 warning | `packs/spray.yaml:2` | string-number-equality "
        "| `ResultType` holds text<br>compare with text |\n"
        "\n"
        "Found 1 warning. &#91;&#42;&#93; `--fix` mends 1.\n"
        "\n"
        "Checked 2 queries with 3 variants in 1 pack.\n"
    )
    assert render("markdown", [], CHECKED).startswith("### kqlpack lint\n\nChecked ")


@given(found=findings())
def test_whatever_findings_hold_markdown_shows_it_as_text(found: list[Diagnostic]) -> None:
    output = render("markdown", found, CHECKED)
    rows = cells(output)
    ordered = sorted(found, key=lambda one: one.sort_key)
    assert len(rows) == len(found)
    for row, diagnostic in zip(rows, ordered, strict=True):
        assert row[1].strip() == f"{visible(from_root(diagnostic.file.path))}:{_line(diagnostic)}"
        shown = row[3].replace("`", "").split()
        assert shown == f"{visible(diagnostic.message)}\n{visible(diagnostic.help)}".replace("`", "").split()


def test_a_summary_that_github_would_refuse_is_cut() -> None:
    file = SourceFile("a.kql", "x" * 3000)
    found = [
        Diagnostic("KQL101", "a-rule", Severity.ERROR, "m" * 1000, Annotation(file, Span(index, index + 1)))
        for index in range(2000)
    ]
    output = render("markdown", found, Checked(1, 0, 1, 1))
    assert len(output.encode()) < 1024 * 1024
    shown = output.count("| 🔴 error |")
    assert f"{2000 - shown} more findings are left out here." in output


def test_code_in_a_message_stays_code() -> None:
    assert markdown.text("`a_b` is *no* `c|d`") == "`a_b` is &#42;no&#42; <code>c&#124;d</code>"
    assert markdown.text("a lone ` stays") == "a lone &#96; stays"


@pytest.mark.parametrize(
    "path", ["a,b.kql", "a:b::c.kql", "a;b.kql", "a]b.kql", "50%.kql", "a%0Ab.kql", "a=b.kql", "é 名.kql"]
)
def test_a_path_with_signs_of_the_services_is_read_back(path: str) -> None:
    found = [finding(SourceFile(path, "x"), "x")]
    assert github_commands(render("github", found, CHECKED))[0][1]["file"] == path
    assert azure_commands(render("azure", found, CHECKED))[0][0]["sourcepath"] == path
    ((where, _), *_) = [(row[1], row[2]) for row in cells(render("markdown", found, CHECKED))]
    assert where == f"{path}:1"


# ---- places ----------------------------------------------------------------------------------------------------------


def test_paths_are_told_from_the_root(tmp_path: PurePath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_root("./packs/a.yaml") == "packs/a.yaml"
    assert from_root(str(tmp_path / "packs" / "a.yaml")) == "packs/a.yaml"
    assert from_root("a.yaml", str(tmp_path.parent)) == f"{tmp_path.name}/a.yaml"
    assert from_root("../a.yaml") == "../a.yaml"
    assert from_root("/elsewhere/a.yaml", str(tmp_path)) == "/elsewhere/a.yaml"


def _line(diagnostic: Diagnostic) -> int:
    return diagnostic.file.line_column(diagnostic.span.start)[0]


def _written(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
