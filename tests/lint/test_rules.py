"""Every rule finds what its fixture marks and nothing else, says it as the fixture shows, and mends it as shown."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kqlpack.diagnostics import Applicability, Diagnostic
from kqlpack.diagnostics.render.text import message
from kqlpack.lint import Rule, all_rules, fix_all, select
from tests.lint import checking, fixtures

if TYPE_CHECKING:
    from pathlib import Path

UPDATE = bool(os.environ.get("KQLPACK_UPDATE"))
FILES = fixtures.fixture_files()
CASES = [pytest.param(case, id=f"{case.slug}: {case.title}") for file in FILES for case in fixtures.read(file)]
# Their findings take more than a text: a broken file, a caller's value, other packs.
WITHOUT_EXAMPLES = {
    "scan-cost",
    "table-not-in-workspace",
    "dependency-conflict",
    "dependency-drift",
    "dependency-unpinned",
    "duplicate-name",
    "format-failed",
    "hole-in-literal",
    "parameter-value",
    "query-too-long",
    "render-limit",
    "secret-published",
    "tables-mismatch",
    "target-limits",
    "template-error",
    "test-fixture-schema",
    "unreadable-file",
}
_EXAMPLE = re.compile(r"^```(kql|yaml|json) (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to put a pack in, whose name does not show in messages."""
    monkeypatch.chdir(tmp_path)
    return type(tmp_path)()


def test_every_rule_has_a_fixture_in_the_folder_of_its_group() -> None:
    assert {(path.parent.name, path.stem) for path in FILES} == {(one.group.value, one.slug) for one in all_rules()}


@pytest.mark.parametrize("case", CASES)
def test_a_fixture_says_what_happens(case: fixtures.Case, folder: Path) -> None:
    found = _found(case, folder)
    fixed = _fixed(case, folder)
    # What another room says, its own tests say word for word.
    snapshot = "" if select([case.slug])[0].reports else "\n\n".join(message(one) for one in found)
    if UPDATE:
        case = fixtures.write(case, snapshot, fixed if fixed != case.text else "")
    places = [(one.file.line_column(one.span.start)[0], one.severity.value) for one in found]
    assert sorted(places) == sorted(case.expected)
    assert snapshot == case.snapshot
    assert fixed.rstrip() == (case.fixed or case.text).rstrip()


@pytest.mark.parametrize("case", CASES)
def test_a_finding_carries_its_rule_and_is_complete(case: fixtures.Case, folder: Path) -> None:
    (one,) = select([case.slug])
    for found in _found(case, folder):
        assert (found.code, found.rule) == (one.code, one.slug)
        assert found.severity.rank <= one.severity.rank
        assert found.help
        assert not found.message.endswith(".")
        if found.fix:
            assert one.fixes is not None
            assert _rank(found.fix.applicability) <= _rank(one.fixes)


@pytest.mark.parametrize("one", all_rules(), ids=lambda one: one.slug)
def test_the_documented_examples_are_what_they_claim(one: Rule, folder: Path) -> None:
    examples = _EXAMPLE.findall(one.documentation)
    assert {kind for _, kind, _ in examples} == ({"bad", "good"} if one.slug not in WITHOUT_EXAMPLES else set())
    for language, kind, text in examples:
        found = checking.check(language, text, folder, select(extend=[one.slug]))
        assert ([each for each in found if each.rule == one.slug] != []) == (kind == "bad"), text
        if kind == "good":
            assert found == [], text


def _found(case: fixtures.Case, folder: Path) -> list[Diagnostic]:
    found = checking.check(case.language, case.text, folder, select([case.slug]))
    return sorted(found, key=lambda one: one.sort_key)


def _fixed(case: fixtures.Case, folder: Path) -> str:
    """Return the text after this rule's fixes, with all rules as witnesses."""

    def check(text: str) -> list[Diagnostic]:
        found = checking.check(case.language, text, folder, select(extend=[case.slug]))
        return [one if one.rule == case.slug else replace(one, fix=None) for one in found]

    return fix_all(case.text, check, Applicability.UNSAFE)[0]


def _rank(applicability: Applicability) -> int:
    return [Applicability.DISPLAY_ONLY, Applicability.UNSAFE, Applicability.SAFE].index(applicability)
