"""Instants and spans print as KQL prints them, and turn into Python's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kqlpack.values import Datetime, Timespan, read_timespan


@pytest.mark.parametrize(
    ("ticks", "text"),
    [
        (0, "00:00:00"),
        (1, "00:00:00.0000001"),
        (937_845_000_000, "1.02:03:04.5000000"),
        (-864_000_000_000, "-1.00:00:00"),
        (36_000_000_000, "01:00:00"),
    ],
)
def test_a_timespan_prints_as_kql_prints_it(ticks: int, text: str) -> None:
    assert str(Timespan(ticks)) == text


def test_a_datetime_counts_from_the_first_day_of_the_first_year() -> None:
    assert str(Datetime(0)) == "0001-01-01T00:00:00.0000000Z"
    assert str(Datetime(1)) == "0001-01-01T00:00:00.0000001Z"


def test_a_datetime_with_a_zone_is_the_same_instant() -> None:
    local = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert Datetime.from_datetime(local).to_datetime() == datetime(2024, 1, 1, 10, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_datetime_comes_back_from_its_ticks(value: datetime) -> None:
    assert Datetime.from_datetime(value).to_datetime() == value


@given(st.timedeltas(min_value=timedelta(days=-10_675_199), max_value=timedelta(days=10_675_199)))
def test_a_timedelta_comes_back_from_its_ticks(value: timedelta) -> None:
    assert Timespan.from_timedelta(value).to_timedelta() == value


@pytest.mark.parametrize("sign", [1, -1])
def test_a_timedelta_is_cut_at_the_microsecond_however_long_it_is(sign: int) -> None:
    assert Timespan(sign * 9_007_199_254_740_993_09).to_timedelta() == sign * timedelta(
        microseconds=90_071_992_547_409_930
    )


@given(st.integers(-(2**63), 2**63 - 1))
@example(-(2**63))
def test_a_timespan_is_read_as_it_was_printed(ticks: int) -> None:
    assert read_timespan(str(Timespan(ticks))) == Timespan(ticks)


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("1d", 864_000_000_000),
        ("1.5h", 54_000_000_000),
        ("90 s", 900_000_000),
        ("-2m", -1_200_000_000),
        ("250 nanos", 2),
    ],
)
def test_short_forms_are_read(text: str, ticks: int) -> None:
    assert read_timespan(text) == Timespan(ticks)


@pytest.mark.parametrize("text", ["", "1", "1x", "1 D", "24:00:00", "00:60", "1d2h", "99999999999d", "١d"])
def test_what_is_no_timespan_is_none(text: str) -> None:
    assert read_timespan(text) is None
