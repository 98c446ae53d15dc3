"""Which reads of tables a time filter bounds, as data flows."""

from __future__ import annotations

import pytest

from kqlpack.semantics import time_bounds
from tests.semantics.queries import bound


def _unbounded(text: str) -> str:
    """Return the reads without a bound: name and line."""
    found = bound(text)
    return " ".join(
        f"{read.name}:{found.parsed.file.line_column(read.start)[0]}" for read in time_bounds(found).unbounded
    )


_BOUNDED = [
    # ways to say it
    "Logins | where TimeGenerated > ago(1d)",
    "Logins | where ago(1d) <= TimeGenerated",
    "Logins | where TimeGenerated between (ago(2d) .. now())",
    "Logins | where TimeGenerated == datetime(2024-01-01)",
    "Logins | where User == 'x' and (Code == '1' and TimeGenerated > ago(1d))",
    "Logins | where TimeGenerated > ago(1d) or TimeGenerated between (ago(9d) .. ago(8d))",
    "Logins | where bin(TimeGenerated, 1d) == startofday(now())",
    "Logins | where todatetime(TimeGenerated) > ago(1d)",
    "Logins | where now() - TimeGenerated < 1d",
    "Logins | where ingestion_time() > ago(1h)",
    "Logins | where TimeGenerated in (datetime(2024-01-01), datetime(2024-01-02))",
    "let start = ago(1d); Logins | where TimeGenerated > start",
    "declare query_parameters(start: datetime); Logins | where TimeGenerated > start",
    "let recent = (t: datetime) { t > ago(1d) }; Logins | where recent(TimeGenerated)",
    "Alerts | where Timestamp > ago(1d)",
    "Logins | search 'x' and TimeGenerated > ago(1d)",
    "search in (Logins, Machines) TimeGenerated > ago(1d) and 'x'",
    "Logins | make-series count() on TimeGenerated from ago(1d) to now() step 1h",
    # later, but before an aggregation
    "Logins | extend x = 1 | project-away Code | sort by User | where TimeGenerated > ago(1d) | count",
    "Logins | project When = TimeGenerated, User | where When > ago(1d)",
    "Logins | extend Day = startofday(TimeGenerated) | where Day > ago(7d)",
    "Logins | project-rename When = TimeGenerated | where When > ago(1d)",
    "Logins | mv-expand Details | where TimeGenerated > ago(1d)",
    "Logins | distinct TimeGenerated, User | where TimeGenerated > ago(1d)",
    "Logins | evaluate bag_unpack(Details) | where TimeGenerated > ago(1d)",
    # through let, functions, views, materialize
    "let T = Logins | where Code == '1'; T | where TimeGenerated > ago(1d)",
    "let T = materialize(Logins); T | where TimeGenerated > ago(1d)",
    "let f = (T: (*)) { T | where TimeGenerated > ago(1d) }; f(Logins)",
    "let f = (T: (*)) { T | where TimeGenerated > ago(1d) }; Logins | invoke f()",
    "let f = (T: (*), at: datetime) { T | where TimeGenerated > at }; f(at = ago(1d), T = Logins)",
    "let f = () { Logins }; f | where TimeGenerated > ago(1d)",
    # through union and join
    "union Logins, Machines | where TimeGenerated > ago(1d)",
    "Logins | union (Machines | where Load > 1) | where TimeGenerated > ago(1d)",
    "Logins | join kind=inner (Machines) on Address | where TimeGenerated > ago(1d) and TimeGenerated1 > ago(1d)",
    "Logins | join kind=inner (Alerts) on User | where TimeGenerated > ago(1d) and Timestamp > ago(1d)",
    "Logins | join kind=leftsemi (Machines | where TimeGenerated > ago(1d)) on Address | where TimeGenerated > ago(1d)",
    "table('Logins') | where TimeGenerated > ago(1d)",
    "workspace('w').Logins | where TimeGenerated > ago(1d)",
    "Logins | where TimeGenerated > ago(1d) | partition by User (top 1 by Tries)",
    "Logins | partition by User (where TimeGenerated > ago(1d))",
    # nothing to bound, or nobody knows
    "Countries | where Code == 'x'",
    "print 1",
    "NotThere | take 1",
    "_GetWatchlist('x')",
    "let unused = Logins; print 1",
    "_Im_Dns(T = Logins)",
    "Everything | where TimeGenerated > ago(1d)",
    "My_Log_CL | where TimeGenerated > ago(1d)",
]

_UNBOUNDED = [
    ("Logins", "Logins:1"),
    ("Logins | where Code == '1'", "Logins:1"),
    ("Logins | where TimeGenerated > ago(1d) or Code == '1'", "Logins:1"),
    ("Logins | where not(TimeGenerated > ago(1d))", "Logins:1"),
    ("Logins | where TimeGenerated != now()", "Logins:1"),
    ("Logins | where TimeGenerated !between (ago(2d) .. now())", "Logins:1"),
    ("Logins | where isnotempty(TimeGenerated)", "Logins:1"),
    ("Logins | where hourofday(TimeGenerated) > 18", "Logins:1"),
    ("Logins | extend recent = TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | summarize max(TimeGenerated) by User | where max_TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | summarize count() by bin(TimeGenerated, 1h) | where TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | summarize arg_max(TimeGenerated, *) by User | where TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | take 10 | where TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | extend TimeGenerated = now() | where TimeGenerated > ago(1d)", "Logins:1"),
    ("Logins | make-series count() on TimeGenerated step 1h", "Logins:1"),
    ("Logins | where TimeGenerated > ago(1d) | join\n(Machines) on Address", "Machines:2"),
    ("Logins | join\n(Machines) on Address | where TimeGenerated > ago(1d)", "Machines:2"),
    ("Logins | join kind=leftanti\n(Machines) on Address | where TimeGenerated > ago(1d)", "Machines:2"),
    ("Logins | join\nAlerts on User | extend d = Timestamp - TimeGenerated | where d < 1h", "Logins:1 Alerts:2"),
    ("union Logins,\nAlerts | where TimeGenerated > ago(1d) and Code == '1'", ""),
    ("union (Logins | where TimeGenerated > ago(1d)),\nMachines", "Machines:2"),
    ("Machines | where TimeGenerated > ago(1d) and Owner in (\nLogins | project User)", "Logins:2"),
    ("print x = toscalar(Logins | count)", "Logins:1"),
    ("let x = toscalar(Logins | count); print x", "Logins:1"),
    ("let T = Logins;\nunion (T | where TimeGenerated > ago(1d)), (T | where Code == '1')", "Logins:1"),
    ("let f = (T: (*)) { T | count };\nf(Logins)", "Logins:2"),
    (
        "let f = (n: long) { toscalar(Logins | count) + n };\nMachines | where TimeGenerated > ago(1d) and f(1) > 2",
        "Logins:1",
    ),
    ("Everything | take 1", "Everything:1"),
    ("My_Log_CL | take 1", "My_Log_CL:1"),
    ("Logins | fork (count) (take 1)", "Logins:1"),
    ("find in (Logins) where Code == '1'", "Logins:1"),
]


@pytest.mark.parametrize("query", _BOUNDED)
def test_a_read_with_a_time_filter_is_bounded(query: str) -> None:
    assert _unbounded(query) == ""


@pytest.mark.parametrize(("query", "expected"), _UNBOUNDED)
def test_a_read_without_a_time_filter_is_found(query: str, expected: str) -> None:
    assert _unbounded(query) == expected


def test_bounded_reads_are_listed_too() -> None:
    found = time_bounds(bound("Logins | where TimeGenerated > ago(1d) | join (Machines) on Address"))
    assert [read.name for read in found.bounded] == ["Logins"]
    assert [read.name for read in found.unbounded] == ["Machines"]


def test_lets_that_double_each_time_do_not_explode() -> None:
    steps = "".join(f"let a{i} = union a{i - 1}, a{i - 1};" for i in range(1, 100))
    time_bounds(bound(f"let a0 = Logins;{steps}a99 | count"))
