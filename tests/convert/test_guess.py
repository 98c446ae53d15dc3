"""What type a placeholder probably has, by where it stands and by what is said of it."""

from __future__ import annotations

import pytest

from kqlpack.convert.guess import INLINE, TIME_RANGE, Hint, guesses
from kqlpack.convert.placeholders import Placeholder
from kqlpack.pack.lexical import LexicalState
from kqlpack.source import Span

NOTHING = Hint()


def guessed(text: str, hint: Hint = NOTHING) -> list[str]:
    """Guess for the placeholder at `@`, of which a name and a format may follow: `@name:format@`."""
    before, *marked, after = text.split("@")
    name, _, format = "".join(marked).partition(":")
    state = LexicalState()
    state.feed(before)
    return guesses(Placeholder(Span(len(before), len(before) + 1), name or "p", format), state, after, hint)


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("T | where a == '@'", "string"),
        ("T | where a == @", "string"),
        ("T | where a =~ @", "string"),
        ("T | where a in (@)", "list[string]"),
        ("T | where a in~ ('x', @)", "list[string]"),
        ("T | where a has_any (@)", "list[string]"),
        ("print dynamic([@])", "list[string]"),
        ("print dynamic({'a': @})", "string"),
        ("@ | take 1", "table"),
        ("union @, U", "table"),
        ("T | join (@) on a", "table"),
        ("T | join kind=leftouter (@ | take 1) on a", "table"),
        ("let t = materialize(@); t", "table"),
        ("T | project @", "column"),
        ("T | summarize count() by @", "column"),
        ("T | sort by @", "column"),
        ("T | where @ == 1", "column"),
        ("T | take @", "long"),
        ("T | top @ by a", "long"),
        ("T | where a > ago(@)", "timespan"),
        ("T | summarize count() by bin(a, @)", "timespan"),
        ("T | make-series count() on a from b to c step @", "timespan"),
        ("T | make-series count() on a from @ to c step 1h", "datetime"),
        ("T | where a between (@ .. b)", "datetime"),
        ("T | where a between (b .. @)", "datetime"),
        ("T | where a > @start@", "datetime"),
        ("T | where a > @threshold@", "real"),
        ("T | where a > datetime(@)", "datetime"),
        ("T | where a == guid(@)", "guid"),
        ("T | where a == timespan(@)", "timespan"),
        ("T | where a > @Range:start@", "datetime"),
        ("T | summarize count() by bin(a, @Range:grain@)", "timespan"),
        ("T | where a @TimeRange@", TIME_RANGE),
        ("T | where a @filter@", INLINE),
        ("T | @", INLINE),
        ("T_@", INLINE),
    ],
)
def test_the_place_tells(text: str, type: str) -> None:
    assert guessed(text)[0] == type


@pytest.mark.parametrize(
    ("hint", "type"),
    [
        (Hint("datetime"), "datetime"),
        (Hint("list[string]"), "list[string]"),
        (Hint("bool"), "bool"),
        (Hint("", "5"), "long"),
        (Hint("", "-5"), "long"),
        (Hint("", "0.5"), "real"),
        (Hint("", "1d"), "timespan"),
        (Hint("", "'a', \"b\""), "list[string]"),
        (Hint("", "UserId"), "column"),
        (Hint("", "strcat(a, b)"), INLINE),
        (Hint("", ""), "string"),
    ],
)
def test_what_is_said_of_it_tells_where_a_value_stands(hint: Hint, type: str) -> None:
    assert guessed("T | where a == @", hint)[0] == type


def test_a_workbooks_range_of_time_is_one_where_an_operator_stands() -> None:
    assert guessed("T | where a @x@", Hint("time"))[0] == TIME_RANGE


def test_each_type_is_tried_once_and_the_last_is_to_write_it_out() -> None:
    found = guessed("T | where a in (@)", Hint("datetime"))
    assert len(found) == len(set(found))
    assert found[0] == "list[datetime]"
    assert INLINE in found
