"""Texts become the trees that KQL's documentation says, spans are exact, and no text makes the parser raise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import Parsed, nodes, parse
from tests.syntax.shapes import shape

HERE = Path(__file__).parent
SHAPES = re.findall(r"```kql\n(.*?)\n```\s+```tree\n(.*?)\n```", (HERE / "shapes.md").read_text("utf-8"), re.DOTALL)


def parsed(text: str) -> Parsed:
    return parse(SourceFile("query.kql", text))


@pytest.mark.parametrize(("text", "tree"), SHAPES, ids=[text for text, _ in SHAPES])
def test_the_tree_is_the_one_in_shapes_md(text: str, tree: str) -> None:
    result = parsed(text)
    assert result.ok, result.diagnostics
    assert shape(result.root) == tree


def test_shapes_md_was_read() -> None:
    assert len(SHAPES) >= 14


VALID = [block for block in (HERE / "valid.kql").read_text("utf-8").split("\n\n") if block.strip()]
BROKEN = [
    block
    for name in ("broken.kql", "refused.kql")
    for block in (HERE / name).read_text("utf-8").split("\n\n")
    if block.strip()
]


@pytest.mark.parametrize("text", VALID)
def test_valid_queries_are_accepted(text: str) -> None:
    result = parsed(text)
    assert result.ok, result.diagnostics[0].message


@pytest.mark.parametrize("text", BROKEN)
def test_broken_queries_are_rejected_with_one_diagnostic_inside_the_text(text: str) -> None:
    result = parsed(text)
    assert len(result.diagnostics) == 1
    diagnostic = result.diagnostics[0]
    assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    assert diagnostic.message
    assert diagnostic.help


@pytest.mark.parametrize("text", VALID)
def test_tokens_and_trivia_give_back_the_text(text: str) -> None:
    result = parsed(text)
    rebuilt = "".join(token.trivia + token.text for token in result.tokens)
    assert text.startswith(rebuilt)
    assert not re.sub(r"\s|//.*", "", text[len(rebuilt) :])


@pytest.mark.parametrize("text", VALID)
def test_every_node_lies_inside_its_parent_and_siblings_do_not_overlap(text: str) -> None:
    for node in nodes.walk(parsed(text).root):
        previous = node.start
        for child in nodes.children(node):
            assert node.start <= child.start <= child.end <= node.end, (node, child)
            if not isinstance(child, nodes.NamedParameter):
                assert child.start >= previous or isinstance(node, nodes.JoinOperator), (node, child)
            previous = max(previous, child.end if not isinstance(node, nodes.NamedParameter) else child.start)


def test_spans_cover_exactly_what_was_written() -> None:
    text = "SigninLogs\n| where ResultType == 0 // why\n| take 5"
    where = next(node for node in nodes.walk(parsed(text).root) if isinstance(node, nodes.WhereOperator))
    assert text[where.start : where.end] == "where ResultType == 0"
    comparison = where.predicate
    assert isinstance(comparison, nodes.BinaryExpression)
    assert text[comparison.operator_span.start : comparison.operator_span.end] == "=="


def test_an_empty_text_and_a_comment_are_no_error_and_no_statement() -> None:
    for text in ("", "  \n", "// nothing here"):
        result = parsed(text)
        assert result.ok
        assert result.root.statements == ()


def test_a_management_command_is_named_as_such() -> None:
    result = parsed(".show tables | count")
    assert "`.show` is a management command" in result.diagnostics[0].message


@pytest.mark.parametrize(
    "text",
    [
        "print " + "(" * 100_000 + "1" + ")" * 100_000,
        "T | where " + " and ".join(["a == 1"] * 20_000),
        'print "' + "x" * 2_000_000,
        "print " + "a." * 20_000 + "b",
        "\x00" * 1000,
        "T | where a == '\ud800'",
        "T | where \u202e a",
        "(" * 5000,
        "let a = 1;" * 3000 + "T",
        "print " + "a." * 300_000 + "b",
        "T " + "| join (T" * 50_000 + ")" * 50_000,
        ")" * 50_000,
        "T | where a " + "&& b " * 50_000,
        'print "\\q' + '\\"x' * 50_000,
        "T | where a == [" * 20_000,
    ],
    ids=[
        "nested",
        "and",
        "unclosed",
        "path",
        "nul",
        "surrogate",
        "bidi",
        "open",
        "lets",
        "a deep tree",
        "joins in joins",
        "closers",
        "signs",
        "escapes",
        "one break after the other",
    ],
)
def test_extreme_texts_end_in_a_tree(text: str) -> None:
    result = parsed(text)
    assert result.root.end == len(text)


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    assert isinstance(parsed(text).root, nodes.QueryBlock)


WORDS = """
T | where project summarize by ( ) [ ] { } , ; . .. = == != and or in has "x" 1 1d a b * - + let join on : @ #
""".split()


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_no_row_of_tokens_makes_the_parser_raise(words: list[str]) -> None:
    text = " ".join(words)
    result = parsed(text)
    for diagnostic in result.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@given(st.sampled_from(VALID), st.data())
def test_a_query_cut_anywhere_still_gives_a_tree(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert parsed(text[:cut]).root.end == cut
