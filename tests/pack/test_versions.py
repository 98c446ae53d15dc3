"""Versions are ordered as semver.org orders them; ranges hold what npm's hold."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack.versions import Range, RangeError, Version

NUMBERS = st.integers(0, 4)
WORDS = st.sampled_from(["0", "1", "2", "10", "alpha", "beta", "rc", "x-y"])
VERSIONS = st.builds(Version, NUMBERS, NUMBERS, NUMBERS, st.lists(WORDS, max_size=2).map(tuple))
RELEASES = st.builds(Version, NUMBERS, NUMBERS, NUMBERS)
SIGNS = st.sampled_from(["", "=", "^", "~", ">", ">=", "<", "<="])
PARTIAL = st.one_of(
    VERSIONS.map(str),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: f"{pair[0]}.{pair[1]}.x"),
    NUMBERS.map(str),
    st.just("*"),
)
COMPARATORS = st.builds(str.__add__, SIGNS, PARTIAL)


def version(text: str) -> Version:
    found = Version.parse(text)
    assert found is not None
    return found


def allows(range_: str, text: str) -> bool:
    return Range.parse(range_).allows(version(text))


# ---- versions --------------------------------------------------------------------------------------------------------


def test_versions_are_ordered_as_in_the_specification() -> None:
    texts = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1"
    versions = [version(text) for text in texts.split()]
    versions.reverse()
    assert [str(one) for one in sorted(versions)] == texts.split()


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.x", " 1.2.3", "1" * 300]
)
def test_what_is_no_version_is_none(text: str) -> None:
    assert Version.parse(text) is None


def test_what_follows_a_plus_counts_for_nothing() -> None:
    assert version("1.2.3+build.7") == version("1.2.3")


@given(VERSIONS)
def test_a_version_is_read_as_it_is_written(one: Version) -> None:
    assert Version.parse(str(one)) == one


@given(VERSIONS, VERSIONS)
def test_of_two_versions_one_is_less_or_they_are_the_same(one: Version, other: Version) -> None:
    assert (one < other) + (one > other) + (one == other) == 1


# ---- ranges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("range_", "inside", "outside"),
    [
        ("1.2.3", "1.2.3", "1.2.2 1.2.4 1.2.3-rc.1"),
        ("=1.2.3", "1.2.3", "1.2.4"),
        ("1.2", "1.2.0 1.2.9", "1.1.9 1.3.0"),
        ("1.2.x", "1.2.0 1.2.9", "1.1.9 1.3.0"),
        ("1", "1.0.0 1.9.9", "0.9.9 2.0.0"),
        ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("x", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("^1.2", "1.2.0 1.9.0", "1.1.9 2.0.0 2.0.0-rc.1"),
        ("^1.2.3", "1.2.3 1.3.0", "1.2.2 2.0.0"),
        ("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0"),
        ("^0.0.3", "0.0.3", "0.0.2 0.0.4"),
        ("^0.0", "0.0.0 0.0.9", "0.1.0"),
        ("^0", "0.0.0 0.9.0", "1.0.0"),
        ("^1.x", "1.0.0 1.9.0", "2.0.0"),
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"),
        ("~1.2", "1.2.0 1.2.9", "1.3.0"),
        ("~1", "1.0.0 1.9.0", "2.0.0"),
        (">=1.0", "1.0.0 9.0.0", "0.9.9"),
        (">= 1.0", "1.0.0 9.0.0", "0.9.9"),
        (">1.2", "1.3.0 2.0.0", "1.2.0 1.2.9"),
        (">1.2.3", "1.2.4", "1.2.3"),
        ("<1.2", "1.1.9", "1.2.0 1.2.0-rc.1"),
        ("<=1.2", "1.2.9", "1.3.0"),
        ("<=1.2.3", "1.2.3", "1.2.4"),
        (">=1.0 <2", "1.0.0 1.9.9", "0.9.9 2.0.0"),
        (">=1.0, <2", "1.0.0 1.9.9", "0.9.9 2.0.0"),
        ("^1.0 || ^3.0", "1.5.0 3.5.0", "2.0.0 4.0.0"),
        ("^1.2.3-rc.1", "1.2.3-rc.1 1.2.3-rc.2 1.2.3 1.3.0", "1.2.3-alpha 1.2.4-rc.1 1.3.0-rc.1"),
        (">=1.0.0-0", "1.0.0-alpha 1.0.0 1.1.0", "1.1.0-alpha"),
        (">*", "", "0.0.0 1.0.0"),
    ],
)
def test_a_range_holds_what_npms_holds(range_: str, inside: str, outside: str) -> None:
    assert [text for text in inside.split() if not allows(range_, text)] == []
    assert [text for text in outside.split() if allows(range_, text)] == []


@pytest.mark.parametrize(
    "text",
    ["", "banana", "v1.2", "1.2.3.4", "^", ">=", "^1.2 ||", "1.x-rc", ">=1.0,", "1.2.3 -", "^^1", "01", "1" * 300],
)
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(RangeError):
        Range.parse(text)


def test_an_unknown_version_is_in_the_range_of_all_versions_only() -> None:
    assert Range.parse("*").allows(None)
    assert not Range.parse(">=0").allows(None)


@given(COMPARATORS, COMPARATORS, VERSIONS)
def test_alternatives_hold_what_either_holds(one: str, other: str, each: Version) -> None:
    either = Range.parse(one).allows(each) or Range.parse(other).allows(each)
    assert Range.parse(f"{one} || {other}").allows(each) == either


@given(COMPARATORS, COMPARATORS, RELEASES)
def test_comparators_together_hold_what_both_hold(one: str, other: str, each: Version) -> None:
    both = Range.parse(one).allows(each) and Range.parse(other).allows(each)
    assert Range.parse(f"{one} {other}").allows(each) == both
    assert Range.parse(f"{one}, {other}").allows(each) == both


@given(VERSIONS)
def test_a_version_is_in_the_ranges_that_begin_with_it(one: Version) -> None:
    assert all(Range.parse(f"{sign}{one}").allows(one) for sign in ("", "=", "^", "~", ">=", "<="))
    assert not any(Range.parse(f"{sign}{one}").allows(one) for sign in ("<", ">"))


@given(RELEASES, RELEASES)
def test_a_tilde_holds_no_more_than_a_caret(one: Version, other: Version) -> None:
    if one.major and Range.parse(f"~{one}").allows(other):
        assert Range.parse(f"^{one}").allows(other)


@given(st.text(alphabet="0123xX*.^~<>=|, -rc", max_size=12), VERSIONS)
def test_any_text_is_read_or_refused(text: str, each: Version) -> None:
    with contextlib.suppress(RangeError):
        Range.parse(text).allows(each)
