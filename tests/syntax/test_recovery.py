"""After a break the parser goes on: each break is told once, and the rest of the query is understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import Parsed, nodes, parse
from tests.syntax.shapes import shape

VALID = [block for block in (Path(__file__).parent / "valid.kql").read_text("utf-8").split("\n\n") if block.strip()]


def parsed(text: str) -> Parsed:
    return parse(SourceFile("query.kql", text))


def names(result: Parsed) -> set[str]:
    return {node.name for node in nodes.walk(result.root) if isinstance(node, nodes.NameReference)}


def test_what_stands_before_and_behind_a_break_is_understood() -> None:
    result = parsed("let a = 1; SigninLogs | where x == 1 | joi y on z | project b, c | take a")
    assert len(result.diagnostics) == 1
    assert names(result) == {"SigninLogs", "x", "y", "z", "b", "c", "a"}


@pytest.mark.parametrize(
    ("broken", "read_as"),
    [
        ("T | where a == 1 && b == 2", "T | where a == 1 and b == 2"),
        ("T | where a not in (1)", "T | where a !in (1)"),
        ("T\nwhere a == 1", "T | where a == 1"),
        ("T | summarise count() by a", "T | summarize count() by a"),
        ("T | where f(a == 1 | take 1", "T | where f(a == 1) | take 1"),
        ("T | where f(g(h(a | take 1", "T | where f(g(h(a))) | take 1"),
        ("T | where a == 1) | take 1", "T | where a == 1 | take 1"),
        ("T | | take 1", "T | take 1"),
        ("T | take 1 |", "T | take 1"),
        ("T | nonsense of 1 (b | c) d | take 1", "T | take 1"),
        ("T -- what it is | where\n| take 1", "T | take 1"),
        ("let a = 1\nT | take a", "let a = 1; T | take a"),
        ("T | project a b", "T | project a, b"),
        ("T | where a = 1", "T | where a = 1"),
    ],
)
def test_a_broken_query_is_read_as_what_was_meant(broken: str, read_as: str) -> None:
    result = parsed(broken)
    assert len(result.diagnostics) == 1
    assert shape(result.root) == shape(parsed(read_as).root)


def test_a_name_that_is_missing_is_empty_and_marked() -> None:
    result = parsed("T | where a == | take 1")
    (where,) = (node for node in nodes.walk(result.root) if isinstance(node, nodes.WhereOperator))
    assert isinstance(where.predicate, nodes.BinaryExpression)
    assert isinstance(where.predicate.right, nodes.NameReference)
    assert where.predicate.right.name == ""
    (mended,) = result.mended
    assert (mended.span.start, mended.span.end, mended.text) == (14, 14, "")


def test_what_was_read_instead_is_told_with_its_place() -> None:
    text = "T | where a == 1 && b == 2 | foo bar | take 1"
    result = parsed(text)
    assert [(text[one.span.start : one.span.end], one.text) for one in result.mended] == [
        ("&&", "and"),
        ("| foo bar", ""),
    ]


def test_two_breaks_are_two_diagnostics_in_the_order_of_the_text() -> None:
    text = "T | where a == 1 && b == 2\n| sort c\n| extend d = f(e\n| take 1"
    result = parsed(text)
    assert [text[one.span.start : one.span.end] for one in result.diagnostics] == ["&&", "c", "e"]


def test_a_bracket_left_open_before_a_misspelt_operator_is_two_breaks() -> None:
    text = 'T\n| where a in ("x", "y"\n| summarise count() by b'
    assert [one.help for one in parsed(text).diagnostics] == ["write `)`", "write `summarize`"]


def test_a_valid_query_is_not_mended() -> None:
    assert all(parsed(text).mended == () for text in VALID)


def test_after_very_many_breaks_the_rest_is_not_looked_at() -> None:
    result = parsed("T | where a === 1\n" * 2_000)
    assert 20 <= len(result.diagnostics) <= 50


@given(st.sampled_from(VALID), st.data())
def test_a_query_without_one_of_its_tokens_is_a_whole_tree_inside_the_text(text: str, data: st.DataObject) -> None:
    tokens = parsed(text).tokens
    gone = tokens[data.draw(st.integers(0, len(tokens) - 1))]
    broken = text[: gone.start] + text[gone.span.end :]
    result = parsed(broken)
    assert bool(result.diagnostics) == bool(result.mended) or len(result.diagnostics) == 1
    for node in nodes.walk(result.root):
        assert 0 <= node.start <= node.end <= len(broken)
    for mended in result.mended:
        assert 0 <= mended.span.start <= mended.span.end <= len(broken)


@given(st.sampled_from(VALID), st.data())
def test_a_query_cut_anywhere_keeps_the_tables_that_it_named(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(text)))
    result = parsed(text[:cut] + "\n\n;\nLastTable | take 1")
    assert isinstance(result.root, nodes.QueryBlock)
    assert result.root.statements
