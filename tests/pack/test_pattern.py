"""A pattern matches what Python's `re` matches, and never takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack.pattern import Pattern, PatternError

PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\.", "-", "é", "^", "$", "", r"[\]a-]", "[]a]"]),
    lambda inner: st.one_of(
        st.builds(lambda left, right: left + right, inner, inner),
        st.builds(lambda left, right: f"(?:{left}|{right})", inner, inner),
        st.builds(
            lambda part, count: f"({part}){count}",
            inner,
            st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]),
        ),
    ),
    max_leaves=6,
)


@given(
    pattern=PIECES, text=st.text(st.sampled_from("ab1.-é]\n"), max_size=6), flags=st.sampled_from(["", "(?i)", "(?s)"])
)
def test_it_matches_what_python_matches(pattern: str, text: str, flags: str) -> None:
    # Python's `$` also matches before a last line end; a whole match then goes on to the end.
    expected = re.fullmatch(flags + pattern.replace("$", r"\Z"), text) is not None
    assert Pattern.compile(flags + pattern).matches(text) is expected


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[a-z0-9]+(-[a-z0-9]+)*", "password-spray", "Password"),
        (r"T\d{4}(\.\d{3})?", "T1110.003", "T11"),
        (r"(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", "6F9619FF-8b86-d011-b42d-00c04fc964ff", "6f9619ff"),
        (r"^[^@\s]+@[^@\s]+$", "ann@example.com", "ann"),
        (r"\d{1,3}(\.\d{1,3}){3}", "203.0.113.7", "203.0.113"),
        ("(?P<a>x)|y", "y", "xy"),
        ("[[a]+", "[a", "b"),
        ("", "", "x"),
    ],
)
def test_patterns_of_every_day(pattern: str, good: str, bad: str) -> None:
    assert Pattern.compile(pattern).matches(good)
    assert not Pattern.compile(pattern).matches(bad)


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*b", "(a|aa)+$", "(.*)*x", "a?" * 50 + "a" * 50, "(a*)*(a*)*b"])
@pytest.mark.parametrize("length", [40, 2_000])
def test_no_pattern_takes_long(pattern: str, length: int) -> None:
    started = time.perf_counter()
    assert not Pattern.compile(pattern).matches("a" * length + "!")
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "pattern",
    ["(", "a**", r"(a)\1", "(?=a)", "(?<!a)b", r"\bword", "a*+", "((a{1000}){1000}){1000}", "(" * 99 + ")" * 99],
)
def test_what_an_automaton_cannot_do_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        Pattern.compile(pattern)
