"""Findings as JUnit's XML, which most CI services show: a test case per query, failed where the run fails on it.

There is no one schema; what is written is what Jenkins, GitLab and Azure Pipelines read. What XML can't hold (control
characters) is written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from kqlpack.diagnostics.checked import Subject
from kqlpack.diagnostics.frame import visible
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.render.concise import line
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic

# What is wrong with a file, and with none of its queries in particular.
_FILE: Final = "the file"


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the document: a suite per file, in it a case per query."""
    cases: dict[Subject, list[Diagnostic]] = {subject: [] for subject in checked.subjects}
    for diagnostic in sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key):
        cases.setdefault(Subject(diagnostic.file.path, diagnostic.query or ""), []).append(diagnostic)
    suites: dict[str, list[ET.Element]] = {}
    for subject, found in sorted(cases.items(), key=lambda item: (item[0].path, item[0].query)):
        suites.setdefault(subject.path, []).append(_case(subject, found, run))
    for skipped in checked.skipped:
        case = ET.Element("testcase", _names(skipped.path, _FILE, run))
        ET.SubElement(case, "skipped", {"message": _text(skipped.reason)})
        suites.setdefault(skipped.path, []).append(case)
    root = ET.Element(
        "testsuites", {"name": "kqlpack lint", **_counts(case for one in suites.values() for case in one)}
    )
    for path, elements in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": _text(from_root(path, run.root)), **_counts(elements)})
        suite.extend(elements)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(subject: Subject, found: list[Diagnostic], run: Run) -> ET.Element:
    case = ET.Element("testcase", _names(subject.path, subject.query or _FILE, run))
    failing = [diagnostic for diagnostic in found if run.fails(diagnostic)]
    other = [diagnostic for diagnostic in found if not run.fails(diagnostic)]
    if failing:
        # One element for all: several services show no more than the first.
        rules = ", ".join(dict.fromkeys(diagnostic.rule for diagnostic in failing))
        message = "; ".join(diagnostic.message for diagnostic in failing)
        failure = ET.SubElement(case, "failure", {"type": _text(rules), "message": _text(message)})
        failure.text = _told(failing)
    if other:
        ET.SubElement(case, "system-out").text = _told(other)
    return case


def _told(found: list[Diagnostic]) -> str:
    rows = []
    for diagnostic in found:
        rows.append(_text(line(diagnostic)))
        if diagnostic.help:
            rows.append(f"  help: {_text(diagnostic.help)}")
    return "\n".join(rows)


def _names(path: str, name: str, run: Run) -> dict[str, str]:
    shown = _text(from_root(path, run.root))
    return {"classname": shown, "name": _text(name), "file": shown, "time": "0"}


def _counts(cases: Iterable[ET.Element]) -> dict[str, str]:
    elements = list(cases)
    return {
        "tests": str(len(elements)),
        "failures": str(sum(case.find("failure") is not None for case in elements)),
        "errors": "0",
        "skipped": str(sum(case.find("skipped") is not None for case in elements)),
        "time": "0",
    }


def _text(text: str) -> str:
    """Return a text as XML 1.0 can hold it. https://www.w3.org/TR/xml/#charsets."""
    return "".join(f"<U+{ord(one):04X}>" if one in "\ufffe\uffff" else one for one in visible(text))
