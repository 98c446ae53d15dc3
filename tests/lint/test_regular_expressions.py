"""Patterns are refused where both RE2 and Rust's regex crate refuse them, doubted where RE2 alone does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.lint.regular_expressions import check

REFUSED = [
    *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?#a)", "(?|a)", "(?P=n)", "(?P>n)", "(?(1)a|b)", "(?&n)"),
    *(r"(a)\1", r"\8", r"a\Z", r"\K", r"\G", r"\h", r"\E", r"\R", r"\X", "a\\", r"\x4", r"\xZZ", r"\p", r"\p{L"),
    *("(", "(a", "a)", "(?:a", "(?i:a", "(?P<n>a", "[a", "[]", "[^]", "[z-a]", r"[a-\]]", r"[\b]", r"[\Z]", "[^]a"),
    *("*", "+a", "?", "(*a)", "a|*", "{2}", "(?:+)", "(?i)*", "a{3,1}", "a|{1,2}"),
]
DOUBTED = ["a**", "a*+", "a{2}{3}", "a??+", "a{1001}", "a{1,2000}", "(?x)a b", "(?ix: a)"]
# Patterns that both take, with the number of their groups.
TAKEN = [
    *(("", 0), ("abc", 0), ("(a)(?:b)(c)", 2), ("(?P<n>a)(?<m>b)", 2), ("((a)|(b))", 3), ("()", 1), ("(|a)", 1)),
    *((r"\(\)", 0), (r"[()]", 0), (r"[]()]", 0), (r"[^]()]", 0), (r"[\]()]", 0), ("[[:alpha:]()]", 0), ("[a-]", 0)),
    *(("a*?b+?c??d{2}?", 0), ("a{1000}", 0), ("^*", 0), (r"\b*", 0), ("(a)*", 1), ("a}", 0), ("(?i)a(?-i)b", 0)),
    *((r"\d\D\s\S\w\W\b\B\A\z\.\*\\\/\-", 0), (r"\a\f\t\n\r\v", 0), (r"\pL\p{Greek}\P{^L}", 0), (r"\x41\x{10FFFF}", 0)),
    *((r"[\w.-]+@[^@\s]+", 0), (r"[\w-]", 0), ("(?s-i:.)", 0), ("(?U)a", 0), ("é(ü)", 1)),
]
# Read differently by the two: nothing is said about them.
UNSURE = [r"\Q(\E", "[[a]b]", "[a&&b]", "[a--b]", r"\12", r"\u0041", r"\b{start}", "(?<a.b>x)", "[[:]"]


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_both_libraries_refuse_is_refused(pattern: str) -> None:
    problem = check(pattern).problem
    assert problem is not None
    assert problem.is_certain
    assert problem.message
    assert problem.help
    assert 0 <= problem.position <= len(pattern)


@pytest.mark.parametrize("pattern", DOUBTED)
def test_what_re2_alone_refuses_is_doubted(pattern: str) -> None:
    problem = check(pattern).problem
    assert problem is not None
    assert not problem.is_certain


@pytest.mark.parametrize(("pattern", "groups"), TAKEN)
def test_what_both_libraries_take_is_taken_and_its_groups_are_counted(pattern: str, groups: int) -> None:
    found = check(pattern)
    assert found.problem is None
    assert found.groups == groups


@pytest.mark.parametrize("pattern", UNSURE)
def test_nothing_is_said_about_what_they_read_differently(pattern: str) -> None:
    assert check(pattern).problem is None
    assert check(pattern).groups is None


@pytest.mark.hypothesis
@given(st.text(alphabet="ab[](){}*+?|^$.-\\:,<>=!PQxpu&12é", max_size=30))
def test_every_text_is_read_to_an_end(pattern: str) -> None:
    found = check(pattern)
    assert found.groups is None or found.groups <= pattern.count("(")


def test_a_long_pattern_is_read_in_one_go() -> None:
    assert check("(" * 100_000 + ")" * 100_000).groups == 100_000
    assert check("[[:" * 50_000).problem is None
    assert check("[a[:x:]" * 20_000).problem is None
