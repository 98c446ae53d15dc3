"""The relative cost of a query grows with what it reads and with what it does to rows, and says why."""

from __future__ import annotations

import pytest

from kqlpack.catalog import load
from kqlpack.lint.cost import Cost, cost_of
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse


def cost(text: str, timespan: str = "") -> Cost:
    return cost_of(bind(parse(SourceFile("query.kql", text)), load()), timespan=timespan)


@pytest.mark.parametrize(
    ("cheaper", "dearer"),
    [
        ("SigninLogs | where TimeGenerated > ago(1d)", "SigninLogs | where TimeGenerated > ago(7d)"),
        ("SigninLogs | where TimeGenerated > ago(30d)", "SigninLogs"),
        ('SigninLogs | where UserAgent has "a"', 'SigninLogs | where UserAgent contains "a"'),
        ('SigninLogs | where UserAgent contains "a"', 'SigninLogs | where UserAgent matches regex "a.b"'),
        ("SigninLogs | count", "SigninLogs | mv-expand ConditionalAccessPolicies | count"),
        ('search in (SigninLogs) "a"', 'search "a"'),
        ("union AAD*", "union *"),
    ],
)
def test_more_work_costs_more(cheaper: str, dearer: str) -> None:
    assert cost(cheaper).points < cost(dearer).points


def test_each_read_of_a_table_counts() -> None:
    one = "SigninLogs | where TimeGenerated > ago(1d)"
    both = f"{one} | join kind=inner (AuditLogs | where TimeGenerated > ago(3d)) on CorrelationId"
    assert cost(one).points == 1
    assert [(reason.points, reason.text) for reason in cost(both).reasons] == [
        (15, "`join` moves both sides to match them"),
        (3, "reads 3 days of `AuditLogs`"),
        (1, "reads a day of `SigninLogs`"),
    ]


def test_dates_are_counted_too_and_what_is_unknown_is_a_week() -> None:
    dates = "SigninLogs | where TimeGenerated between (datetime(2024-05-01) .. datetime(2024-05-11))"
    assert cost(dates).reasons[0].text == "reads 10 days of `SigninLogs`"
    assert cost("SigninLogs | where TimeGenerated > todatetime(UserAgent)").reasons[0].text == (
        "reads an unknown time of `SigninLogs`"
    )


@pytest.mark.parametrize(
    ("timespan", "days"), [("PT1H", 1), ("P3D", 3), ("2024-05-01T00:00:00Z/P2D", 2), ("2024-05-01/2024-05-02", 7)]
)
def test_the_span_that_is_sent_along_bounds_what_nothing_else_does(timespan: str, days: int) -> None:
    assert cost("SigninLogs", timespan).points == days


def test_the_narrower_of_the_two_counts() -> None:
    assert cost("SigninLogs | where TimeGenerated > ago(30d)", "P2D").points == 2
    assert cost("SigninLogs | where TimeGenerated > ago(1d)", "P2D").points == 1


def test_what_reads_no_table_is_free() -> None:
    assert cost('print x = "a" contains "b"').points == 0
