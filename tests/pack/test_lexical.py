"""The scanner tells code from strings and comments, wherever the text is cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack import Place
from kqlpack.pack.lexical import LexicalState


def after(*pieces: str) -> LexicalState:
    state = LexicalState()
    for piece in pieces:
        state.feed(piece)
    return state


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("T | where a == ", Place.EXPRESSION),
        ('T | where a == "', Place.DOUBLE),
        ("T | where a == h'", Place.SINGLE),
        ('T | where a == @"', Place.VERBATIM_DOUBLE),
        ("T | where a == H@'", Place.VERBATIM_SINGLE),
        ('T | where a == ```\n"', Place.BACKTICKS),
        ("T | where a == ~~~'", Place.TILDES),
        ("T // ", Place.COMMENT),
        ('T // "\n', Place.EXPRESSION),
        ('T | where a == "//', Place.DOUBLE),
        ('T | where a == "\\"', Place.DOUBLE),
        ('T | where a == "\\\\"', Place.EXPRESSION),
        ('T | where a == @"\\"', Place.EXPRESSION),
        ('T | where a == @"x""', Place.VERBATIM_DOUBLE),
        ('T | where a == @"x""y"', Place.EXPRESSION),
        ('T | where a == "x\n', Place.EXPRESSION),
        ("T | where a == datetime(", Place.TYPED_LITERAL),
        ("T | where a == datetime (2020", Place.TYPED_LITERAL),
        ("T | where a == todatetime(", Place.EXPRESSION),
        ("T | where a == datetime(2020)", Place.EXPRESSION),
        ("T | where a / b", Place.EXPRESSION),
    ],
)
def test_the_place_after_a_text(text: str, place: Place) -> None:
    assert after(text).place is place


@pytest.mark.parametrize(
    ("text", "takes_items"),
    [
        ("T | where a in (", True),
        ("T | where a !in~ (1, ", True),
        ("T | where a has_any (", True),
        ("T | where a in (tolower(", False),
        ("T | where f(", False),
        ("datatable(a: string) [", True),
        ("T | extend b = a[", False),
        ("T | extend b = dynamic([", True),
        ('T | extend b = dynamic({"a": [', True),
    ],
)
def test_a_list_is_written_item_by_item_in_some_brackets(text: str, takes_items: bool) -> None:  # noqa: FBT001 - a table
    assert after(text).openers[-1].takes_items is takes_items


@pytest.mark.parametrize("text", ['"x\\', '"x\\u00', '"x\u2028', "// x\u2029", '@"x\n', "```x`"])
def test_where_readers_of_kql_would_disagree_the_place_is_unclear(text: str) -> None:
    assert after("T | where a == " + text).is_unclear


@pytest.mark.parametrize("text", ['"x\\\\', '"x\\u0041', "```x\n", '@"x\\', "// x\n// "])
def test_elsewhere_it_is_clear(text: str) -> None:
    assert not after("T | where a == " + text).is_unclear


@given(text=st.text(st.sampled_from("ab1 \n\"'\\@h/`~|()[],.=!"), max_size=30))
def test_no_text_raises_and_comments_are_where_they_say(text: str) -> None:
    for start, end in after(text).comments:
        assert text.startswith("//", start)
        assert "\n" not in text[start:end]
