"""docs/injection.md says what happens: pasted values change the query's tree, and kqlpack's do not."""

from __future__ import annotations

import pytest

from tests.template.hostile import LIST_PLACES, NAME_PLACES, TEXT_PLACES, VALUES
from tools.injection_doc import CASES, PATH, Case, is_stale, pastings, rendering, tree

NAMES = [case.place for case in CASES]


def test_the_page_is_fresh() -> None:
    assert not is_stale(), "run: python -m tools.injection_doc"


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_pasted_the_value_changes_the_tree(case: Case) -> None:
    harmless, hostile = pastings(case, case.harmless), pastings(case, case.value)
    assert len(set(hostile.values())) == 1, "the page says that they are the same"
    for way, text in hostile.items():
        assert tree(text) != tree(harmless[way])


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_with_kqlpack_it_does_not(case: Case) -> None:
    harmless, hostile = rendering(case, case.harmless), rendering(case, case.value)
    assert harmless.ok
    assert not hostile.ok or tree(hostile.text) == tree(harmless.text)


def test_the_numbers_are_those_of_the_tests() -> None:
    text = PATH.read_text(encoding="utf-8")
    assert f"{len(VALUES)} hostile values" in text
    assert f"{len([*TEXT_PLACES, *NAME_PLACES, *LIST_PLACES])} places" in text
