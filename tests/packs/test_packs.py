"""The packs that come with kqlpack are as kqlpack wants packs: clean, set in its style, tested, publishable."""

from __future__ import annotations

from pathlib import Path

import pytest

from kqlpack.cli.main import run
from kqlpack.execute.verify import verify
from kqlpack.pipeline import check, discover, load

PACKS = sorted(path for path in (Path(__file__).resolve().parents[2] / "packs").iterdir() if path.is_dir())


def test_there_are_packs() -> None:
    assert PACKS


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_pack_has_no_findings(folder: Path) -> None:
    report = check(discover((folder,)))
    assert report.checked.queries
    assert [f"{one.file.path} {one.rule}: {one.message}" for one in report.diagnostics] == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_a_pack_is_set_in_our_style(folder: Path) -> None:
    assert run(["format", str(folder), "--check"]) == 0


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_query_has_a_test_that_finds_something_and_one_that_finds_nothing(folder: Path) -> None:
    for query in load(folder).queries.values():
        counts = {(test.expect.min_rows or 0) > 0 or bool(test.expect.contains) for test in query.tests}
        assert counts == {True, False}, query.id


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_the_tests_of_a_pack_pass(folder: Path) -> None:
    pack = load(folder)
    outcomes = [verify(pack, query, test) for query in pack.queries.values() for test in query.tests]
    assert outcomes
    assert [(one.query.id, one.test.name, one.failures) for one in outcomes if not one.passed] == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_every_query_has_what_a_reader_needs(folder: Path) -> None:
    for query in load(folder).queries.values():
        assert query.title
        assert query.description
        assert query.severity
        assert query.tactics
        assert query.techniques
        assert query.columns
        assert query.timespan
