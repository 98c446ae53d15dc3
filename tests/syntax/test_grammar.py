"""The grammar compiles without conflicts but for those that are known, and every production makes a node."""

from __future__ import annotations

import io
import logging
from itertools import pairwise
from pathlib import Path

import pytest
from lark import logger
from lark.exceptions import GrammarError

from kqlpack.syntax import compile as compiler
from kqlpack.syntax import keywords, nodes
from kqlpack.syntax.tables import load

HERE = Path(__file__).parent


def conflicts() -> set[tuple[str, str]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        compiler.make_lark(debug=True)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    lines = stream.getvalue().splitlines()
    return {
        (first.split("terminal ")[1].split(":")[0], second.strip(" *<>"))
        for first, second in pairwise(lines)
        if first.startswith("Shift/Reduce")
    }


def test_every_conflict_is_known_and_has_a_reason() -> None:
    known = [
        line.split(maxsplit=1) for line in (HERE / "conflicts.txt").read_text("utf-8").splitlines() if line[0] != "#"
    ]
    met = set()
    for terminal, production in conflicts():
        matches = [
            (name, rule)
            for name, rule in known
            if name == terminal and production.replace(" ", "").find(rule.split("  ")[0].strip().replace(" ", "")) >= 0
        ]
        assert matches, f"a new conflict: {terminal} in {production}"
        met.add(tuple(matches[0]))
    assert met == {tuple(entry) for entry in known}, "a conflict that no longer exists is still listed"


def test_lark_itself_reports_conflicts_when_asked_to_be_strict() -> None:
    with pytest.raises(GrammarError, match="Shift/Reduce conflict"):
        compiler.make_lark(strict=True)


def test_every_keyword_of_the_lists_is_a_word_of_the_tables() -> None:
    words = load().words
    lists = [keywords.NAME_WORDS, keywords.EXTENDED_WORDS, keywords.RESERVED_WORDS, keywords.TYPE_WORDS]
    lists += [keywords.STRING_OPERATORS, keywords.IN_OPERATORS, keywords.CHART_WORDS]
    for words_of_one_kind in lists:
        assert words_of_one_kind <= set(words)


def test_no_word_is_in_two_lists_that_contradict_each_other() -> None:
    lists = [keywords.NAME_WORDS, keywords.EXTENDED_WORDS, keywords.RESERVED_WORDS, keywords.SPECIAL_WORDS]
    for index, left in enumerate(lists):
        for right in lists[index + 1 :]:
            assert not left & right, sorted(left & right)


def test_every_tabular_operator_class_is_made_by_some_production() -> None:
    source = compiler.compile_tables()
    classes = [
        node
        for node in vars(nodes).values()
        if isinstance(node, type) and issubclass(node, nodes.TabularOperator) and node is not nodes.TabularOperator
    ]
    assert len(classes) > 40
    build = (Path(compiler.__file__).with_name("build.py")).read_text("utf-8")
    missing = [node.__name__ for node in classes if node.__name__.encode() not in source and node.__name__ not in build]
    assert not missing
