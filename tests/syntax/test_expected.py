"""What could come next: keywords, signs, kinds of names, settings and their values, in finished and unfinished text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.syntax.expected import Expected, expected_at
from kqlpack.syntax.keywords import PARAMETER_NAMES
from kqlpack.syntax.settings import SETTINGS

VALID = [block for block in (Path(__file__).parent / "valid.kql").read_text("utf-8").split("\n\n") if block.strip()]


def at_end(text: str) -> Expected:
    return expected_at(text, len(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "table function"),
        ("let a = 1;\n", "table function"),
        ("T | where ", "column function"),
        ("T | where a == ", "column function"),
        ("T | where (", "column function"),
        ("T | where a.", "member"),
        ("T | where a in (", "column function table"),
        ("T | where f(", "column function"),
        ("T | summarize count() by ", "column function"),
        ("T | extend a = b, ", "column function"),
        ("T | project-away a, ", "column function"),
        ("T | join ", "table function"),
        ("T | join kind=inner (", "table function"),
        ("T | join (U | where ", "column function"),
        ("T | join (U) on ", "column function"),
        ("T | lookup ", "table function"),
        ("union T, ", "table function"),
        ("search in (", "table function"),
        ('workspace("x").', "table function"),
        ("T | evaluate ", "plugin"),
        ("T | invoke ", "function"),
        ("print ", "function"),
        ("let ", "new"),
        ("T | as ", "new"),
        ("let f = () { T | where ", "column function"),
        ("T | where a && b | summarize ", "column function"),
        ("T | where a ", ""),
        ("T | ", ""),
        ("T | render ", ""),
    ],
)
def test_the_kinds_of_names_that_fit_are_told(text: str, names: str) -> None:
    assert at_end(text).names == frozenset(names.split())


@pytest.mark.parametrize(
    ("text", "fitting", "unfitting"),
    [
        ("T | ", "where project summarize join mv-expand", "T and by asc"),
        ("T | wh", "where", "and"),
        ("T | project-aw", "project-away", "and"),
        ("T | where a ", "and or has !has startswith in between matches", "where by asc"),
        ("T | sort by a ", "asc desc nulls", "where"),
        ("T | summarize count() ", "by", "asc where"),
        ("T | join U ", "on", "by"),
        ("T | top 5 ", "by", "asc"),
        ("T | render ", "timechart piechart", "where"),
        ("let f = (a: ", "string long datetime dynamic", "where"),
        ("", "let union search print set declare", "by asc"),
        ("T | where a == 1 | su", "summarize", "by"),
        ("T | where a == ", "datetime true dynamic", "by"),
    ],
)
def test_the_keywords_that_fit_are_told_and_no_others(text: str, fitting: str, unfitting: str) -> None:
    keywords = {word.partition(" ")[0] for word in at_end(text).keywords}
    assert keywords >= set(fitting.split())
    assert keywords.isdisjoint(unfitting.split())


def test_the_settings_of_an_operator_and_their_values_are_told() -> None:
    assert {"kind", "hint.strategy"} <= set(at_end("T | join ").settings)
    assert {"inner", "leftouter", "leftanti"} <= set(at_end("T | join kind=").values)
    assert at_end("T | mv-expand kind=").values == ("bag", "array")
    assert "xcolumn" in at_end("T | render timechart with (title='a', ").settings
    assert at_end("T | where kind == ").values == ()
    assert "=" in at_end("T | join kind").signs | at_end("T | join kind ").signs


def test_the_word_that_is_being_written_is_what_a_proposal_replaces() -> None:
    assert at_end("T | project-aw").span.start == 4
    assert at_end("T | where Acc").span.start == 10
    assert at_end("T | where a == ").span.start == 15


def test_what_follows_does_not_matter() -> None:
    text = "T | where a == 1 | summarize count() by b"
    assert expected_at(text, 10) == at_end(text[:10])


@pytest.mark.parametrize("text", ['T | where a == "b', "T // wh", "T | where a == 'b ", "// "])
def test_within_a_string_or_a_comment_nothing_is_expected(text: str) -> None:
    found = at_end(text)
    assert not found.keywords
    assert not found.names


def test_an_offset_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the text"):
        expected_at("T", 2)


@given(st.sampled_from(VALID), st.data())
def test_the_token_that_stands_next_is_always_among_what_is_expected(text: str, data: st.DataObject) -> None:
    tokens = parse(SourceFile("query.kql", text)).tokens
    token = tokens[data.draw(st.integers(0, len(tokens) - 1))]
    found = at_end(text[: token.start] + " ")
    is_literal = token.kind in {"STRING", "LONG", "REAL", "TIMESPAN", "BOOL"} or token.kind.endswith("_LITERAL")
    is_word = token.text.isidentifier() or token.kind == "IDENT"
    is_name = is_word and bool(found.names or found.values)
    # What the service uses between its nodes is proposed to nobody.
    is_internal = token.text.startswith("__")
    is_setting = token.text in found.settings or token.text in PARAMETER_NAMES
    assert (
        token.text in found.keywords | found.signs
        or is_name
        or is_setting
        or is_literal
        or is_internal
        or token.kind == "BRACED"
    )


@given(st.text(max_size=60), st.data())
def test_no_text_makes_it_raise(text: str, data: st.DataObject) -> None:
    assert isinstance(expected_at(text, data.draw(st.integers(0, len(text)))), Expected)


def test_every_setting_is_a_word_that_the_lexer_knows() -> None:
    properties = {"render", "parse-kv", "graph-to-table", "graph-shortest-paths"}
    for operator, settings in SETTINGS.items():
        if operator not in properties:
            assert set(settings) <= PARAMETER_NAMES, operator
