"""The proof: what it refuses, and what happens to texts that can't be set."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from kqlpack.format import FAILED, format
from kqlpack.format import formatted as formatting
from kqlpack.format.safety import difference
from kqlpack.source import SourceFile
from kqlpack.syntax import parse


def differs(before: str, after: str) -> str | None:
    return difference(parse(SourceFile("a", before)), parse(SourceFile("b", after)))


def test_white_space_makes_no_difference() -> None:
    assert differs("T|where a==1 // c", "T\n| where a == 1 // c\n") is None


@pytest.mark.parametrize(
    ("after", "word"),
    [
        ("T | where a == 2 // c", "tokens"),
        ("T | where A == 1 // c", "tokens"),
        ("T | where a == 1", "comments"),
        ("T | where a == 1 // C", "comments"),
        ("T | where a = 1 // c", "parse"),
    ],
)
def test_all_else_does(after: str, word: str) -> None:
    assert word in (differs("T | where a == 1 // c", after) or "")


def test_another_tree_of_the_same_tokens_is_refused() -> None:
    first, second = parse(SourceFile("a", "print a + b")), parse(SourceFile("b", "print a - b"))
    assert difference(first, first) is None
    assert difference(first, replace(first, root=second.root)) == "the result has another tree"


def test_a_text_with_a_syntax_error_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    result = format(SourceFile("a.kql", "T |   where a = 1"))
    assert result.text == "T |   where a = 1"
    assert result.diagnostics[0].code.startswith("KQL0")


@pytest.mark.parametrize("wrong", ["T | take 2", "T | take 1 | take 1", "T |"])
def test_a_layout_that_breaks_a_text_is_not_used(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "lay_out", lambda _parsed, _pinned=(): wrong)
    result = format(SourceFile("a.kql", "T   | take 1"))
    assert result.text == "T   | take 1"
    (found,) = result.diagnostics
    assert found.code == FAILED
    assert "was left as it is" in found.message


def test_a_layout_that_is_not_stable_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = iter(["T | take 1\n", "T |  take 1\n"])
    monkeypatch.setattr(formatting, "lay_out", lambda _parsed, _pinned=(): next(texts))
    result = format(SourceFile("a.kql", "T|take 1"))
    assert not result.is_changed
    assert "second run" in result.diagnostics[0].message


def test_brackets_beyond_measure_are_left_alone_and_said() -> None:
    text = "print " + "(" * 100_000 + "1" + ")" * 100_000
    result = format(SourceFile("a.kql", text))
    assert result.text == text
    assert result.diagnostics[0].code == FAILED


def test_long_texts_take_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        text = "T" + " | where a + b + c == 1 and f(x, (y)) // c\n" * count
        started = time.process_time()
        assert format(SourceFile("a.kql", text)).ok
        return time.process_time() - started

    seconds(10)
    assert seconds(2000) < 10 * max(seconds(500), 0.02)


@pytest.mark.parametrize("text", ["", "\n", "   \t", "\ufeff"])
def test_nothing_becomes_nothing(text: str) -> None:
    assert format(SourceFile("a.kql", text)).text == ""


def test_line_ends_stay_what_they_are() -> None:
    assert format(SourceFile("a.kql", "T|take 1\r\n| count\r\n")).text == "T\r\n| take 1\r\n| count\r\n"
    assert format(SourceFile("a.kql", "print ```a\nb```\r\n")).text == "print ```a\nb```\r\n"
