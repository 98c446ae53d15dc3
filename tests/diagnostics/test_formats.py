"""The formats for programs, and how formats are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kqlpack.diagnostics.render as room
from kqlpack.diagnostics import Annotation, Applicability, Checked, Diagnostic, Severity, Skipped
from kqlpack.diagnostics.render import formats, render
from kqlpack.source import SourceFile, Span
from tests.diagnostics.sample import finding, place

FILE = SourceFile("packs/spray.yaml", "query: |\r\n  é | where ResultType == 0\r\n")
CHECKED = Checked(files=1, packs=1, queries=2, variants=3, skipped=(Skipped("x", "not JSON"),))


def test_the_formats_are_the_modules_of_the_folder() -> None:
    folder = Path(next(iter(room.__path__)))
    assert formats() == tuple(sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__"))
    assert {"text", "concise", "json"} <= set(formats())


@pytest.mark.parametrize("name", formats())
def test_every_format_prints_findings_and_their_absence(name: str) -> None:
    for found in ([], [finding(FILE, "0")]):
        output = render(name, found, CHECKED)
        assert output.endswith("\n") or (name == "jsonl" and not found)
        assert ("KQL107" in output or "string-number-equality" in output) == bool(found)


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        render("yaml", [], CHECKED)


def test_concise_is_one_line_per_finding() -> None:
    found = [finding(FILE, "0", replacement='"0"'), finding(FILE, "ResultType", severity=Severity.ERROR)]
    assert render("concise", found, CHECKED).split("\n")[:2] == [
        "packs/spray.yaml:2:13 error [string-number-equality] `ResultType` holds text",
        "packs/spray.yaml:2:27 warning [string-number-equality] [*] `ResultType` holds text",
    ]


def test_json_is_the_documented_object() -> None:
    cause = place(FILE, "ResultType", "`string`")
    found = finding(FILE, "0", cause, replacement='"0"', parameters=(("scope", '"all"'),))
    document = json.loads(render("json", [found], CHECKED))
    where = {
        "start": {"line": 2, "column": 27, "offset": 36},
        "end": {"line": 2, "column": 28, "offset": 37},
    }
    (entry,) = document.pop("diagnostics")
    assert document == {
        "version": 1,
        "checked": {
            "files": 1,
            "packs": 1,
            "queries": 2,
            "variants": 3,
            "skipped": [{"path": "x", "reason": "not JSON"}],
        },
    }
    assert len(entry.pop("fingerprint")) == 16
    assert entry == {
        "code": "KQL107",
        "rule": "string-number-equality",
        "severity": "warning",
        "message": "`ResultType` holds text",
        "help": "compare with text",
        "url": "docs/rules/string-number-equality.md",
        "path": "packs/spray.yaml",
        "query": "spray",
        "parameters": {"scope": '"all"'},
        "range": where,
        "related": [
            {
                "path": "packs/spray.yaml",
                "range": {
                    "start": {"line": 2, "column": 13, "offset": 22},
                    "end": {"line": 2, "column": 23, "offset": 32},
                },
                "message": "`string`",
            }
        ],
        "fix": {
            "title": 'write "0"',
            "applicability": "safe",
            "edits": [{"path": "packs/spray.yaml", "range": where, "text": '"0"'}],
        },
    }


def test_json_is_sorted_by_path_then_offset_then_code() -> None:
    other = SourceFile("a.kql", "0")
    found = [finding(FILE, "0", code="KQL302"), finding(FILE, "0"), finding(FILE, "query"), finding(other, "0")]
    entries = json.loads(render("json", found, CHECKED))["diagnostics"]
    assert [(entry["path"], entry["range"]["start"]["offset"], entry["code"]) for entry in entries] == [
        ("a.kql", 0, "KQL107"),
        ("packs/spray.yaml", 0, "KQL107"),
        ("packs/spray.yaml", 36, "KQL107"),
        ("packs/spray.yaml", 36, "KQL302"),
    ]


_FINDINGS = st.lists(
    st.builds(
        lambda start, length, code, severity, message: Diagnostic(
            code, "a-rule", severity, message, Annotation(FILE, Span(start, start + length))
        ),
        st.integers(0, 10),
        st.integers(0, 10),
        st.sampled_from(["KQL101", "KQL201"]),
        st.sampled_from(Severity),
        st.text(alphabet="ab\ud800é\x00", max_size=3),
    ),
    max_size=6,
)


@given(found=_FINDINGS, data=st.data())
def test_the_order_in_which_findings_come_changes_no_byte(found: list[Diagnostic], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(found))
    for name in ("json", "text", "concise"):
        output = render(name, found, CHECKED)
        assert output == render(name, shuffled, CHECKED)
        assert output.encode("utf-8")


def test_a_fix_by_hand_is_told_apart_in_json() -> None:
    found = finding(FILE, "0", replacement="1", applicability=Applicability.DISPLAY_ONLY)
    assert json.loads(render("json", [found], CHECKED))["diagnostics"][0]["fix"]["applicability"] == "display-only"
