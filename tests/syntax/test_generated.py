"""Queries made from the grammar, and queries broken at random: what both parsers say, and that nothing raises."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kqlpack.source import SourceFile
from kqlpack.syntax import Parsed, nodes, parse
from tests.syntax.generate import generate, mutate
from tools.exceptions import is_exception

if TYPE_CHECKING:
    from tools.oracle import Oracle

VALID = [block for block in (Path(__file__).parent / "valid.kql").read_text("utf-8").split("\n\n") if block.strip()]
SEEDS = st.integers(0, 2**32)
# Where the table takes the first of two readings, and a query made for the second is another one
# (tests/syntax/conflicts.txt).
OTHER_READING = ("range [", "__partitionby", "partition")


def parsed(text: str) -> Parsed:
    return parse(SourceFile("query.kql", text))


@given(SEEDS)
def test_a_query_made_from_the_grammar_is_read_without_mending(seed: int) -> None:
    text = generate(seed)
    assume(text is not None and not any(word in text for word in OTHER_READING))
    assert text is not None
    result = parsed(text)
    # What the grammar takes and the language doesn't is refused in words of its own, and read all the same.
    assert result.mended == () or len(result.diagnostics) > 1


@given(SEEDS, SEEDS)
def test_a_broken_query_made_from_the_grammar_ends_in_a_tree(seed: int, other: int) -> None:
    text = generate(seed)
    assume(text is not None)
    assert text is not None
    broken = mutate(mutate(text, other), seed)
    result = parsed(broken)
    assert isinstance(result.root, nodes.QueryBlock)
    for diagnostic in result.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(broken)


def differs(oracle: Oracle, text: str) -> bool:
    verdict = oracle.judge(text)
    return verdict.crash is None and verdict.ok != parsed(text).ok and not is_exception(text)


def test_both_parsers_say_the_same_of_queries_with_one_mutation(oracle: Oracle) -> None:
    texts = [mutate(text, seed) for seed, text in enumerate(VALID)]
    assert [text for text in texts if differs(oracle, text)] == []


# A small, fixed share in every run; `make fuzz` takes others each time, thousands of them.
@settings(derandomize=os.environ.get("HYPOTHESIS_PROFILE") != "fuzz")
@given(st.sampled_from(VALID), SEEDS)
def test_both_parsers_say_the_same_of_any_mutation(oracle: Oracle, text: str, seed: int) -> None:
    broken = mutate(text, seed)
    assert not differs(oracle, broken), broken
