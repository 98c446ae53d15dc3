"""The stretch of time that a request looks at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.errors import LiveError
from kqlpack.execute.azure.timespan import parse_timespan


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P1D", timedelta(days=1)),
        ("PT12H", timedelta(hours=12)),
        ("PT5M", timedelta(minutes=5)),
        ("PT0.5S", timedelta(seconds=0.5)),
        ("PT1,5H", timedelta(hours=1.5)),
        ("P2W", timedelta(weeks=2)),
        ("P1DT2H30M4S", timedelta(days=1, hours=2, minutes=30, seconds=4)),
        (" P7D ", timedelta(days=7)),
    ],
)
def test_a_duration_is_a_timedelta(text: str, duration: timedelta) -> None:
    assert parse_timespan(text) == duration


def test_two_times_are_a_range_and_a_time_without_a_zone_is_utc() -> None:
    start, end = datetime(2024, 12, 3, tzinfo=UTC), datetime(2024, 12, 4, 1, tzinfo=UTC)
    assert parse_timespan("2024-12-03/2024-12-04T01:00:00") == (start, end)
    assert parse_timespan("2024-12-03T02:00:00+02:00/2024-12-04T01:00:00Z") == (start, end)


def test_a_start_and_a_duration_stay_that_and_a_duration_before_an_end_becomes_a_range() -> None:
    start = datetime(2024, 12, 3, tzinfo=UTC)
    assert parse_timespan("2024-12-03/PT2H") == (start, timedelta(hours=2))
    assert parse_timespan("PT2H/2024-12-03") == (start - timedelta(hours=2), start)


def test_nothing_asks_for_all_data() -> None:
    assert parse_timespan(None) is None


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "write a duration"),
        ("P", "write a duration"),
        ("PT", "write a duration"),
        ("P1DT", "write a duration"),
        ("p1d", "write a duration"),
        ("PT1H30", "write a duration"),
        ("1d", "write `P1D` for `1d`"),
        ("30m", "write `PT30M` for `30m`"),
        ("P1M", "write days, as in `P30D`"),
        ("P1Y", "write days, as in `P30D`"),
        ("PT0S", "at least a second"),
        ("P0D", "at least a second"),
        ("PT0.00001S", "at least a second"),
        ("-P1D", "write a duration"),
        ("P999999999999D", "longer than all of time"),
        ("2024-12-03", "write a duration"),
        ("2024-12-04/2024-12-03", "write the earlier time first"),
        ("2024-12-03/2024-12-03", "write the earlier time first"),
        ("2024-13-03/2024-12-03", "`2024-13-03` is no date and time"),
        ("2024-12-03/", "`` is no date and time"),
        ("/PT1H", "`` is no date and time"),
        ("PT1H/PT1H", "`PT1H` is no date and time"),
        ("2024-12-03/PT0S", "at least a second"),
        ("0001-01-01T00:00:00+05:00/P1D", "is no date and time"),
        ("P9D/0001-01-02", "before the year 1"),
        ("a/b/c", "`a` is no date and time"),
    ],
)
def test_anything_else_is_told_with_what_to_write(text: str, remedy: str) -> None:
    with pytest.raises(LiveError) as caught:
        parse_timespan(text)
    assert caught.value.code == "InvalidTimespan"
    assert remedy in str(caught.value)


@given(st.text(alphabet="PTDHMSWY0123456789.,:/-+Z \u0661", max_size=40))
def test_any_text_is_a_timespan_or_a_live_error(text: str) -> None:
    try:
        span = parse_timespan(text)
    except LiveError:
        return
    assert span is not None
    if isinstance(span, timedelta):
        assert span > timedelta(0)


@given(st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=4000)))
def test_whole_seconds_come_back(duration: timedelta) -> None:
    whole = timedelta(days=duration.days, seconds=duration.seconds)
    assert parse_timespan(f"P{whole.days}DT{whole.seconds}S") == whole
