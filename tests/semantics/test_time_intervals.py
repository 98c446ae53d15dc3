"""For each read of a table, from when to when its rows are, as far as that can be told."""

from __future__ import annotations

import pytest

from kqlpack.semantics import time_bounds
from tests.semantics.queries import bound

_CASES = [
    ("Logins | where TimeGenerated > ago(7d)", "Logins -7.00:00:00 .."),
    ("Logins | where TimeGenerated > ago(7d) | where TimeGenerated > ago(1d)", "Logins -1.00:00:00 .."),
    ("Logins | where TimeGenerated between (ago(2d) .. now())", "Logins -2.00:00:00 .. 00:00:00"),
    ("Logins | where TimeGenerated between (ago(2d) .. 1d)", "Logins -2.00:00:00 .. -1.00:00:00"),
    ("Logins | where ago(1h) <= TimeGenerated and User == 'a'", "Logins -01:00:00 .."),
    ("let span = 3d; let start = ago(span); Logins | where TimeGenerated >= start", "Logins -3.00:00:00 .."),
    ("Logins | where TimeGenerated > now() - 1h", "Logins -01:00:00 .."),
    (
        "Logins | where TimeGenerated >= datetime(2024-01-02) and TimeGenerated < datetime(2024-01-03)",
        "Logins 2024-01-02T00:00:00.0000000Z .. 2024-01-03T00:00:00.0000000Z",
    ),
    ("Logins | extend t = TimeGenerated | where t > ago(1d)", "Logins -1.00:00:00 .."),
    ("Alerts | where Timestamp > ago(1d)", "Alerts -1.00:00:00 .."),
    # each read for itself
    (
        (
            "Logins | where TimeGenerated > ago(1d)"
            " | join kind=inner (Machines | where TimeGenerated > ago(2d)) on Address"
        ),
        "Logins -1.00:00:00 .. ; Machines -2.00:00:00 ..",
    ),
    ("union Logins, Machines | where TimeGenerated > ago(1d)", "Logins -1.00:00:00 .. ; Machines -1.00:00:00 .."),
    # the widest of two uses
    (
        "let a = Logins; a | where TimeGenerated > ago(1d) | union (a | where TimeGenerated > ago(3d))",
        "Logins -3.00:00:00 ..",
    ),
    # nothing limits it, or nobody can tell
    ("Logins | where User == 'a'", "Logins none"),
    ("Logins | summarize max(TimeGenerated) by User | where max_TimeGenerated > ago(1d)", "Logins none"),
    ("Logins | where TimeGenerated > ago(1d) or User == 'a'", "Logins none"),
    ("let start = toscalar(Countries | count); Logins | where TimeGenerated > todatetime(start)", "Logins  .."),
    ("Logins | where TimeGenerated > ago(1d) or TimeGenerated > ago(2d)", "Logins  .."),
]


def _shown(query: str) -> str:
    shown = []
    for read in time_bounds(bound(query)).reads:
        if read.bound is None:
            shown.append(f"{read.table} none")
            continue
        lower, upper = (
            "" if one is None else str(one.at or one.offset) for one in (read.bound.lower, read.bound.upper)
        )
        shown.append(f"{read.table} {lower} .. {upper}".rstrip() if not upper else f"{read.table} {lower} .. {upper}")
    return " ; ".join(shown)


@pytest.mark.parametrize(("query", "expected"), _CASES, ids=[query for query, _ in _CASES])
def test_a_read_is_limited_to_a_time(query: str, expected: str) -> None:
    assert _shown(query) == expected


def test_the_look_back_of_a_read_is_a_timespan() -> None:
    reads = time_bounds(bound("Logins | where TimeGenerated > ago(7d)")).reads

    assert str(reads[0].lookback()) == "7.00:00:00"
    assert time_bounds(bound("Logins")).reads[0].lookback() is None
