"""Our tree and Microsoft's have the same shape; and a tree that differs is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tools.tree_shape import ours, theirs

if TYPE_CHECKING:
    from tools.oracle import Oracle
    from tools.tree_shape import Shape

VALID = [block for block in (Path(__file__).parent / "valid.kql").read_text("utf-8").split("\n\n") if block.strip()]


def shape(text: str) -> Shape:
    return ours(parse(SourceFile("query.kql", text)).root, text)


@pytest.mark.parametrize("text", VALID)
def test_the_tree_of_a_valid_query_has_the_shape_of_microsofts(oracle: Oracle, text: str) -> None:
    verdict = oracle.judge(text, tree=True)
    if verdict.ok and verdict.tree is not None:
        assert shape(text) == theirs(verdict.tree)


def test_places_behind_characters_of_two_units_are_the_same(oracle: Oracle) -> None:
    text = 'T | where a == "\U0001f600" and b == "ä" | project c'
    tree = oracle.judge(text, tree=True).tree
    assert tree is not None
    assert shape(text) == theirs(tree)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        # Each pair has the same tokens in the same places, but for white space and brackets of another meaning.
        ("print a and b or c ", "print a or b and c "),
        ("print a - b - c", "print a * b - c"),
        ("print a - b * c", "print a * b - c"),
        ("print a == b and c", "print a and b == c"),
        ("print -a.b", "print +a.b"),
        ("print f(a, b)", "print f(a + b"),
        ("T | summarize a by b, c", "T | summarize a, b by c"),
        ("T | join U on a | take 1", "T | join (U | take 1) on a"),
        ("T | where a in (b) and c", "T | where a in (b and c)"),
        ("T | extend a = b, c", "T | extend a, b = c"),
        ("T | sort by a desc, b", "T | sort by a, b desc"),
        ("T | top 1 by a", "T | take 1"),
    ],
)
def test_another_structure_is_another_shape(text: str, other: str) -> None:
    assert shape(text) != shape(other)


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("print a or b and c", {(6, 18, "or"), (11, 18, "and")}),
        ("print a - b - c", {(6, 15, "-"), (6, 11, "-")}),
        ("print -a.b", {(6, 10, "sign -"), (7, 10, "path")}),
        ("T | where a has b and c", {(10, 17, "has"), (10, 23, "and")}),
        ("T | summarize count() by a, b", {(25, 29, "by"), (14, 21, "call")}),
        ("T | join (U | take 1) on a", {(9, 21, "parentheses"), (10, 20, "pipe"), (25, 26, "on")}),
        ("let f = (a: int) { T }; f(1)", {(0, 22, "let"), (8, 22, "function"), (9, 15, "name and type")}),
    ],
)
def test_the_shape_shows_what_belongs_to_what(text: str, marks: set[tuple[int, int, str]]) -> None:
    assert marks <= set(shape(text))
