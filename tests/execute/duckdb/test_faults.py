"""A query that fails on its data says so in KQL's words, with the place where only one can be meant."""

from __future__ import annotations

from typing import Any

import pytest

from kqlpack.errors import ExecutionError
from tests.execute.duckdb.kql import result

ROW = {"T": [{"a": 2**63 - 1, "s": "x("}]}


def fails(text: str, tables: Any = None) -> tuple[str, str]:
    """Return why a query fails, and the text at the place that is named."""
    with pytest.raises(ExecutionError) as caught:
        result(text, ROW if tables is None else tables)
    span = caught.value.span
    return str(caught.value), text[span.start : span.end] if span else ""


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("T | extend b = a + 1", "an addition", "a + 1"),
        ("T | extend b = a * 2", "a multiplication", "a * 2"),
        ("T | extend b = -a - 2", "a subtraction", "-a - 2"),
        ("T | extend b = abs(-a - 1)", "`abs`", "abs(-a - 1)"),
        ("T | union T | summarize sum(a)", "a sum", "sum(a)"),
        # Which of the two it was, nobody can tell.
        ("T | extend b = a + 1, c = a + 2", "an addition", ""),
        ("T | extend b = 1 * 1, t = datetime_add('day', a, now())", "a multiplication", ""),
    ],
)
def test_a_number_that_has_no_room_is_told(text: str, words: str, place: str) -> None:
    message, found = fails(text)
    assert message.startswith(f"the result of {words} is beyond what 64 bits hold")
    assert found == place


@pytest.mark.parametrize(
    ("expression", "words", "place"),
    [
        ("s matches regex '('", "`(` is no regular expression that KQL knows: a `(` is not closed", "'('"),
        ("extract('[a-', 0, s) == ''", "a `[` is not closed", "'[a-'"),
        ("replace_regex(s, '*', 'x') == ''", "there is nothing before it to repeat", "'*'"),
        ("s matches regex @'(?=a)b'", "KQL's regular expressions have no look-around", "@'(?=a)b'"),
        ("s matches regex 'a)'", "a `)` closes nothing", "'a)'"),
        ("s matches regex '[z-a]'", "a range runs backwards", "'[z-a]'"),
        ("s matches regex 'a{2000}'", "it repeats too often", "'a{2000}'"),
        ("s matches regex s", "`x(` is no regular expression that KQL knows: a `(` is not closed", ""),
    ],
)
def test_a_regular_expression_that_is_none_is_told(expression: str, words: str, place: str) -> None:
    message, found = fails(f"T | where {expression}")
    assert words in message
    assert "Error" not in message
    assert found == place


def test_a_regular_expression_that_a_let_names_is_told_there() -> None:
    _, found = fails("let pattern = '(';\nT | where s matches regex pattern")
    assert found == "'('"


def test_a_time_that_no_year_has_is_told_in_kqls_words() -> None:
    message, _ = fails("T | extend t = datetime(9999-12-31) + 10d", {"T": [{"a": 1}]})
    assert message.startswith("a datetime before the year 1")


def test_a_length_beyond_the_engine_is_told_in_kqls_words() -> None:
    message, _ = fails("T | extend b = substring(s, 0, a)")
    assert "Range Error" not in message
