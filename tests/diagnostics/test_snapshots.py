"""Every format's whole output for one run with a bit of everything, as it lies in snapshots/.

UPDATE_SNAPSHOTS=1 writes them anew; the difference is then for people to judge.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kqlpack.diagnostics import (
    Annotation,
    Applicability,
    Checked,
    Diagnostic,
    Run,
    Severity,
    Skipped,
    Subject,
    Suppressed,
)
from kqlpack.diagnostics.render import formats, render
from kqlpack.source import SourceFile, Span
from tests.diagnostics.sample import finding, place

SNAPSHOTS = Path(__file__).parent / "snapshots"

PACK = SourceFile("packs/spray/pack.yaml", "tables:\n  T: {}\n")
FILE = SourceFile(
    "packs/spray/queries/spray.yaml",
    "query: |\r\n  SigninLogs  // 名前 😀\r\n  | where User == {{ user }} and ResultType == 0\r\n",
)
RENDERED = SourceFile(FILE.path, 'SigninLogs  // 名前 😀\n| where User == "a" and ResultType == 0\n')


@dataclass(frozen=True)
class Sheet:
    """A rule, as formats see it; the real ones change."""

    code: str = "KQL107"
    slug: str = "string-number-equality"
    title: str = "Text compared with a number"
    documentation: str = 'Find text compared with a number.\n\nWhat matches is left to a conversion.\n\nWrite `"0"`.'
    severity: Severity = Severity.WARNING
    group: str = "binding"
    opt_in: bool = False


def a_bit_of_everything() -> tuple[list[Diagnostic], Checked, Run]:
    templated = replace(
        finding(FILE, "0", place(FILE, "ResultType", "`string`"), replacement='"0"', parameters=(("user", '"a"'),)),
        rendered=Annotation(RENDERED, Span(RENDERED.text.index("0\n"), RENDERED.text.index("0\n") + 1)),
    )
    found = [
        templated,
        finding(FILE, "User", place(PACK, "T:", "declared here"), severity=Severity.ERROR, code="KQL102"),
        finding(FILE, "where", severity=Severity.INFO, replacement="x", applicability=Applicability.UNSAFE),
        Diagnostic("KQL605", "unreadable-file", Severity.ERROR, "a|b `c|d` <e>, f: 100%", place(PACK, "tables:\n  T")),
    ]
    checked = Checked(
        files=2,
        packs=1,
        queries=2,
        variants=3,
        skipped=(Skipped("notes.yaml", "no query in it"),),
        subjects=(Subject(FILE.path, "spray"), Subject(FILE.path, "clean")),
        suppressed=(Suppressed(finding(FILE, "SigninLogs"), "it is right here"),),
    )
    return found, checked, Run(version="1.2.3", rules=(Sheet(),), fail_on=Severity.ERROR, exit_code=1)


@pytest.mark.parametrize("name", formats())
def test_the_output_is_the_one_that_was_looked_at(name: str) -> None:
    found, checked, run = a_bit_of_everything()
    output = render(name, found, checked, run=run)
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(output, encoding="utf-8", newline="\n")
    assert output == path.read_bytes().decode()


def test_every_snapshot_has_its_format() -> None:
    assert {path.stem for path in SNAPSHOTS.iterdir()} == set(formats())
