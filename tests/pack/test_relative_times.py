"""An instant may be told from now: it is written so that it moves with the day on which a query runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.pack import Kind, Parameter, Place, QuotingError, Value, ValueFault, ValueType, read_value
from kqlpack.pack.reading import parse_text
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.template import render
from kqlpack.values import RelativeTime, Timespan
from tests.template.queries import query

MOMENT = ValueType(Kind.DATETIME)


@pytest.mark.parametrize(
    ("text", "printed", "kql"),
    [
        ("now", "now", "now()"),
        ("now()", "now", "now()"),
        ("now-7d", "now-7d", "ago(7d)"),
        ("now - 7d", "now-7d", "ago(7d)"),
        ("-7d", "now-7d", "ago(7d)"),
        ("ago(7d)", "now-7d", "ago(7d)"),
        ("now+90m", "now+90m", "now(90m)"),
        ("-PT36H", "now-36h", "ago(36h)"),
        ("-00:00:00.5", "now-00:00:00.5000000", "ago(500ms)"),
        ("ago(1.00:00:01)", "now-86401s", "ago(timespan(1.00:00:01))"),
    ],
)
def test_a_distance_from_now_is_an_instant(text: str, printed: str, kql: str) -> None:
    value = parse_text(text, MOMENT)
    assert isinstance(value.value, RelativeTime)
    assert str(value) == printed
    assert value.to_kql() == kql
    assert parse_text(str(value), MOMENT) == value


@pytest.mark.parametrize(
    "text", ["now-", "now7d", "-", "--7d", "-x", "ago()", "ago(-1d)", "now-7", "yesterday", "now-7d-1h"]
)
def test_what_is_no_distance_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueFault) as fault:
        parse_text(text, MOMENT)
    assert "now-7d" in fault.value.help


@pytest.mark.parametrize("place", [Place.TYPED_LITERAL, Place.DOUBLE, Place.DYNAMIC])
def test_it_can_not_stand_where_an_instant_has_to_stay_the_same(place: Place) -> None:
    with pytest.raises(QuotingError):
        parse_text("now-1d", MOMENT).to_kql(place, "datetime")


def test_limits_hold_between_instants_of_one_kind() -> None:
    parameter = Parameter("since", MOMENT, min=parse_text("now-30d", MOMENT), max=parse_text("now", MOMENT))
    assert str(read_value(parameter, "-7d")) == "now-7d"
    with pytest.raises(ValueFault):
        read_value(parameter, "-31d")
    with pytest.raises(ValueFault):
        read_value(parameter, "now+1d")
    # Whether a fixed day is before it depends on when one asks.
    assert read_value(parameter, "2024-12-03T00:00:00Z")


def test_a_template_takes_it_as_a_default_and_from_python() -> None:
    declared = query("T | where a > {{ since }}", parameters="  since: {type: datetime, default: now-7d}\n")
    assert render(declared).text == "T | where a > ago(7d)\n"
    assert render(declared, {"since": RelativeTime(0)}).text == "T | where a > now()\n"
    assert render(declared, {"since": "2024-01-01"}).text == "T | where a > datetime(2024-01-01T00:00:00Z)\n"


@given(ticks=st.integers(-(2**62), 2**62))
def test_every_distance_prints_as_what_reads_the_same(ticks: int) -> None:
    value = Value(MOMENT, RelativeTime(ticks))
    assert parse_text(str(value), MOMENT) == value
    assert parse(SourceFile("", f"print {value.to_kql()}")).ok


def test_a_distance_has_the_words_of_a_timespan() -> None:
    assert parse_text("now-1.5h", MOMENT).value == RelativeTime(-Timespan(54_000_000_000).ticks)
