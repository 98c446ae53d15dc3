"""Arithmetic, bins, datetimes and timespans."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.execute.duckdb.functions.datetimes import format_datetime, format_timespan
from kqlpack.values import Datetime, Timespan
from tests.execute.duckdb.kql import at, columns, rows, span, value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / 2.0", 3.5),
        ("1 / 0", None),
        ("-7 % 3", 2),
        ("7 % -3", 1),
        ("5.5 % 2", 1.5),
        ("int(2) * 3", 6),
        ("bin(-7, 5)", -10),
        ("bin(7.3, 0.5)", 7.0),
        ("bin(4, 0)", None),
        ("bin_at(6.5, 2.5, 7)", 4.5),
        ("floor(-1.5)", -2.0),
        ("round(2.5)", 3.0),
        ("round(2.675, 1)", 2.7),
        ("tolong(2.9)", 2),
        ("tolong('0x1F')", 31),
        ("tolong('12abc')", None),
        ("toint('9999999999')", None),
        ("todouble('1e3')", 1000.0),
        ("tobool('TRUE')", True),
        ("tohex(-1)", "ffffffffffffffff"),
        ("sqrt(-1)", None),
        ("log10(1000)", 3.0),
        ("binary_xor(6, 3)", 5),
        ("toint(dynamic({'a': '12'}).a)", 12),
        ("dynamic({'a': 5}).a + 1", 6),
        ("tostring(3.0)", "3.0"),
        ("tostring(dynamic('x'))", "x"),
        ("tostring(dynamic({'a': [1, 2.0]}))", '{"a":[1,2.0]}'),
        ("gettype(1.0)", "real"),
    ],
)
def test_numbers(expression: str, expected: object) -> None:
    assert value(expression) == pytest.approx(expected)


def test_division_of_reals_by_zero_is_infinite() -> None:
    assert value("1.0 / 0") == math.inf
    assert math.isnan(value("0.0 / 0"))


def test_a_result_has_the_wider_type() -> None:
    assert columns("print a = int(2147483647) + int(2), b = int(1) * 2, c = 1 + 2.0, d = 2 / 3") == [
        "a:long",
        "b:long",
        "c:real",
        "d:long",
    ]


def test_decimals_are_exact() -> None:
    assert value("decimal(0.1) + decimal(0.2)") == Decimal("0.3")
    assert value("decimal(1) / decimal(3)") == Decimal("0.333333333333333333")
    assert value("decimal(123456789012.5) * decimal(2)") == Decimal(246913578025)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime(2024-01-31T10:00:00.1234567Z)", "2024-01-31T10:00:00.1234567Z"),
        ("datetime(2024-01-31) + 1.5h", "2024-01-31T01:30:00Z"),
        ("bin(datetime(2024-05-08T13:00), 7d)", "2024-05-06T00:00:00Z"),
        ("bin(datetime(2024-05-08T13:47:12), 30m)", "2024-05-08T13:30:00Z"),
        ("startofweek(datetime(2024-05-08))", "2024-05-05T00:00:00Z"),
        ("startofweek(datetime(2024-05-05))", "2024-05-05T00:00:00Z"),
        ("endofweek(datetime(2024-05-08))", "2024-05-11T23:59:59.9999999Z"),
        ("startofmonth(datetime(2024-05-08), -1)", "2024-04-01T00:00:00Z"),
        ("endofmonth(datetime(2024-02-08))", "2024-02-29T23:59:59.9999999Z"),
        ("startofyear(datetime(2024-02-08))", "2024-01-01T00:00:00Z"),
        ("datetime_add('month', 1, datetime(2024-01-31T00:00:00.0000001))", "2024-02-29T00:00:00.0000001Z"),
        ("datetime_add('week', -1, datetime(2024-01-08))", "2024-01-01T00:00:00Z"),
        ("make_datetime(2024, 2, 29, 1, 2, 3.5)", "2024-02-29T01:02:03.5Z"),
        ("todatetime('2024-02-29 01:02')", "2024-02-29T01:02:00Z"),
        ("todatetime('2024-02-29T01:00:00+02:00')", "2024-02-28T23:00:00Z"),
        ("unixtime_seconds_todatetime(1700000000)", "2023-11-14T22:13:20Z"),
        ("unixtime_milliseconds_todatetime(1700000000123)", "2023-11-14T22:13:20.123Z"),
        ("now()", "2024-05-01T12:00:00Z"),
        ("ago(1d)", "2024-04-30T12:00:00Z"),
        ("now(-30m)", "2024-05-01T11:30:00Z"),
        ("datetime_utc_to_local(datetime(2024-07-01T12:00), 'Europe/Berlin')", "2024-07-01T14:00:00Z"),
    ],
)
def test_datetimes(expression: str, expected: str) -> None:
    assert value(expression) == at(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime(2024-05-02) - datetime(2024-05-01T23:59:59.9999999)", "1tick"),
        ("1d * 2", "2d"),
        ("1h / 4", "15m"),
        ("1h * 0.5", "30m"),
        ("25h % 1d", "1h"),
        ("bin(-1h, 1d)", "-1d"),
        ("totimespan('1.02:03:04.5')", "1.02:03:04.5"),
        ("make_timespan(1, 30, 55.5)", "01:30:55.5"),
        ("dayofweek(datetime(2024-05-05))", "0d"),
        ("dayofweek(datetime(2024-05-11))", "6d"),
    ],
)
def test_timespans(expression: str, expected: str) -> None:
    assert value(expression) == span(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1h / 1m", 60.0),
        ("datetime_diff('year', datetime(2024-01-01), datetime(2023-12-31))", 1),
        ("datetime_diff('month', datetime(2023-12-31), datetime(2024-01-01))", -1),
        ("datetime_diff('week', datetime(2024-05-05), datetime(2024-05-04))", 1),
        ("datetime_diff('day', datetime(2024-05-05T01:00), datetime(2024-05-04T23:00))", 1),
        ("datetime_diff('minute', datetime(2024-05-05T01:02:30), datetime(2024-05-05T01:00:59))", 2),
        ("hourofday(datetime(2024-05-05T17:30))", 17),
        ("dayofmonth(datetime(2024-05-05))", 5),
        ("dayofyear(datetime(2024-12-31))", 366),
        ("getmonth(datetime(2024-05-05))", 5),
        ("week_of_year(datetime(2024-12-30))", 1),
        ("datetime_part('quarter', datetime(2024-05-05))", 2),
        ("datetime_part('millisecond', datetime(2024-05-05T00:00:01.2345))", 234),
        ("tolong(datetime(0001-01-01T00:00:00.0000010))", 10),
        ("format_datetime(datetime(2024-05-05T17:03:09.012), 'yy-MM-dd [hh:mm:ss tt]')", "24-05-05 [05:03:09 PM]"),
        ("format_timespan(1d + 2h + 3m + 4.5s, 'd.hh:mm:ss.fff')", "1.02:03:04.500"),
        ("tostring(datetime(2024-05-05))", "2024-05-05T00:00:00.0000000Z"),
        ("tostring(1d + 1tick)", "1.00:00:00.0000001"),
        ("tostring(-90m)", "-01:30:00"),
        ("todatetime('no date')", None),
    ],
)
def test_what_is_told_about_times(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_between_takes_a_timespan_from_a_datetime_and_both_ends() -> None:
    days = "range d from datetime(2024-05-01) to datetime(2024-05-10) step 1d"
    assert len(rows(f"{days} | where d between (datetime(2024-05-03) .. 2d)")) == 3
    assert len(rows(f"{days} | where d !between (datetime(2024-05-03) .. datetime(2024-05-05))")) == 7
    assert rows("range n from 1 to 5 step 1 | where n between (2 .. 3)") == [(2,), (3,)]


def test_range_takes_real_and_negative_steps() -> None:
    assert rows("range x from 1 to 2 step 0.5") == [(1.0,), (1.5,), (2.0,)]
    assert rows("range x from 3 to 1 step -1") == [(3,), (2,), (1,)]
    assert rows("range x from 1 to 0 step 1") == []


@given(st.integers(0, 3_155_378_975_999_999_999))
def test_a_datetime_survives_its_own_text(ticks: int) -> None:
    form = "yyyy-MM-dd HH:mm:ss.fffffff"
    assert at(format_datetime(ticks, form)) == Datetime(ticks)


@given(st.integers(0, 10**18))
def test_a_timespan_survives_its_own_text(ticks: int) -> None:
    assert span(format_timespan(ticks, "d.hh:mm:ss.fffffff")) == Timespan(ticks)


@given(st.integers(-(2**62), 2**62), st.integers(1, 2**31))
def test_a_bin_starts_at_or_below_the_value_and_ends_above_it(number: int, size: int) -> None:
    start = value(f"bin(long({number}), {size})")
    assert start <= number < start + size
    assert start % size == 0
