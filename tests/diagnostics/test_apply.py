"""Fixes go into a text whole or not at all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kqlpack.diagnostics import Edit, Fix, apply
from kqlpack.source import Span


def fix(*edits: tuple[int, int, str]) -> Fix:
    return Fix("write it", tuple(Edit(Span(start, end), text) for start, end, text in edits))


def test_fixes_apart_from_each_other_all_go_in() -> None:
    assert apply("abcdef", [fix((4, 5, "E")), fix((0, 1, "A"), (2, 3, "C"))])[0] == "AbCdEf"


def test_of_two_that_overlap_the_first_goes_in() -> None:
    text, applied = apply("abcdef", [fix((2, 4, "X")), fix((0, 3, "Y"))])
    assert (text, applied) == ("Ydef", [fix((0, 3, "Y"))])


def test_one_edit_in_the_way_keeps_all_of_a_fix_out() -> None:
    text, _ = apply("abcdef", [fix((0, 1, "A")), fix((0, 1, "Z"), (4, 5, "E"))])
    assert text == "Abcdef"


def test_the_same_fix_twice_goes_in_once() -> None:
    assert apply("abc", [fix((1, 1, "+")), fix((1, 1, "+"))])[0] == "a+bc"


_EDITS = st.builds(
    lambda start, length, text: (start, min(start + length, 12), text),
    st.integers(0, 12),
    st.integers(0, 4),
    st.text("XY", max_size=3),
)


@given(st.lists(_EDITS.map(fix), max_size=6))
def test_what_went_in_accounts_for_the_length(fixes: list[Fix]) -> None:
    text, applied = apply("abcdefghijkl", fixes)
    edits = [edit for one in applied for edit in one.edits]
    assert len(text) == 12 + sum(len(edit.text) - len(edit.span) for edit in edits)
    if not applied:
        assert not fixes
