"""Types that don't fit are reported where they stand; what KQL converts by itself, and what isn't known, is not."""

from __future__ import annotations

import pytest

from tests.semantics.queries import bound, reports

_WRONG = [
    # operators
    ("Logins | where User > 1", ["KQL105 User > 1"]),
    ("Logins | where User > 'a'", ["KQL105 User > 'a'"]),
    ("Logins | where TimeGenerated > 1d", ["KQL105 TimeGenerated > 1d"]),
    ("Logins | where TimeGenerated > '2024-01-01'", ["KQL105 TimeGenerated > '2024-01-01'"]),
    ("Odd | where id_ > id_", ["KQL105 id_ > id_"]),
    ("Logins | extend a = User + Code", ["KQL105 User + Code"]),
    ("Logins | extend a = TimeGenerated - 1", ["KQL105 TimeGenerated - 1"]),
    ("Logins | extend a = -User", ["KQL105 -User"]),
    ("Logins | where Tries has '1'", ["KQL105 Tries"]),
    ("Logins | where User has 1", ["KQL105 1"]),
    ("Logins | where Tries =~ 'a'", ["KQL105 Tries"]),
    ("Logins | where Tries in~ ('a')", ["KQL105 Tries"]),
    ("Logins | where Tries has_any ('a')", ["KQL105 Tries"]),
    ("Logins | where User between (1 .. 2)", ["KQL105 User between (1 .. 2)"]),
    ("Logins | where TimeGenerated between (1 .. 2)", ["KQL105 TimeGenerated between (1 .. 2)"]),
    ("Logins | where Details > ago(1d)", ["KQL105 Details > ago(1d)"]),
    # conditions
    ("Logins | where User", ["KQL106 User"]),
    ("Logins | where (Tries)", ["KQL106 (Tries)"]),
    ("Logins | where Details", ["KQL106 Details"]),
    ("Logins | where User == 'a' and Tries", ["KQL106 Tries"]),
    ("Logins | where User or Code", ["KQL106 User", "KQL106 Code"]),
    # calls
    ("Logins | where TimeGenerated > ago()", ["KQL104 ago()"]),
    ("Logins | where TimeGenerated > ago(1)", ["KQL104 1"]),
    ("Logins | where TimeGenerated > ago('1d')", ["KQL104 '1d'"]),
    ("Logins | extend a = case(true, 1, false, 2)", ["KQL104 case(true, 1, false, 2)"]),
    ("Logins | extend a = bag_pack('a', 1, 'b')", ["KQL104 bag_pack('a', 1, 'b')"]),
    ("Logins | extend a = iff(User, 1, 2)", ["KQL104 User"]),
    ("Logins | extend a = startofday(User)", ["KQL104 User"]),
    ("Logins | extend a = array_length(User)", ["KQL104 User"]),
    ("Logins | extend a = hash_sha256(Details)", ["KQL104 Details"]),
    ("Logins | extend a = strcat_array(User, ',')", ["KQL104 User"]),
    ("Logins | summarize sum(User)", ["KQL104 User"]),
    ("Logins | summarize countif(Tries)", ["KQL104 Tries"]),
    ("Logins | summarize dcount()", ["KQL104 dcount()"]),
    ("let f = (a: long, b: long = 1) { a }; print f()", ["KQL104 f"]),
    ("let f = (a: long) { a }; print f(1, 2)", ["KQL104 f"]),
    # places
    ("Logins | where count() > 1", ["KQL130 count"]),
    ("Logins | extend a = sum(Tries)", ["KQL130 sum"]),
    ("Logins | sort by max(Tries)", ["KQL130 max"]),
    ("Logins | summarize User", ["KQL131 User"]),
    ("Logins | summarize a = count() + Tries by User", ["KQL131 Tries"]),
    ("Logins | summarize count() by Details", ["KQL109 Details"]),
    ("Logins | summarize count() by a = Details.b", ["KQL109 Details.b"]),
    ("Logins | sort by Details desc", ["KQL109 Details"]),
    ("Logins | distinct Details.a", ["KQL109 Details.a"]),
    ("Logins | join kind=inner OldLogins on Code", ["KQL132 Code"]),
    ("Logins | join kind=inner Machines on $left.User == $right.Load", ["KQL132 $left.User == $right.Load"]),
    ("Logins | lookup OldLogins on $left.Details == $right.Details", ["KQL132 $left.Details == $right.Details"]),
    ("Logins | extend a = 1, a = 2", ["KQL133 a"]),
    ("Logins | project a = User, a = Code", ["KQL133 a"]),
    ("Logins | summarize a = count(), a = dcount(User)", ["KQL133 a"]),
    ("Logins | mv-expand User", ["KQL134 User"]),
    ("Logins | mv-apply a = User on (take 1)", ["KQL134 User"]),
    ("Logins | extend a = User.b", ["KQL134 User.b"]),
    ("Logins | extend a = User[0]", ["KQL134 User[0]"]),
    ("Logins | render timehcart", ["KQL135 timehcart"]),
    ("Logins | join kind=iner Machines on Address", ["KQL135 iner"]),
    ("union kind=both Logins, OldLogins", ["KQL135 both"]),
    # a slip of a column that an open table is known to have
    ("Everything | where timegenerated > ago(1d)", ["KQL102 timegenerated"]),
    ("Everything | where Categroy == 'a'", ["KQL102 Categroy"]),
    ("union * | where timegenerated > ago(1d)", ["KQL102 timegenerated"]),
    ("union withsource=Where * | summarize count() by Wheer", ["KQL102 Wheer"]),
    ("Everything | where TimeGenerated > ago", ["KQL104 ago"]),
]

_RIGHT = [
    "Logins | where Tries > 1.5 and Details > 1 and Details.a < Tries and Details has 'a' and User has Details",
    "Logins | where User == 1 and Tries == 'a' and TimeGenerated == 'x'",
    "Logins | where TimeGenerated between (ago(1d) .. 1h) and Tries between (1 .. 2.5)",
    "Logins | where Details.ok and Details or User == 'a'",
    "Logins | where User in (1) and Tries in ('a') and User in~ (1)",
    "Logins | extend a = strlen(Details), b = extract('a', 0, Details), c = tolower(Tries), d = substring(Tries, 1)",
    "Logins | extend a = iff(true, 1, 'b'), b = isempty(Tries), c = abs(Tries), d = round(Tries, 1), e = now(-1d)",
    "Logins | extend a = prev(User), b = row_number(), c = pack_array(1, 'a'), d = strcat(User, Tries, Details)",
    "Logins | summarize count(User), any(User), percentile(Tries, 95), make_set(Details, 10), take_any(*)",
    "Logins | summarize a = count() * 1.0 / dcount(User), b = strcat_array(make_set(Code), ',') by Code",
    "Logins | summarize a = strcat(Code, tostring(count())) by Code",
    "let least = 3; Logins | summarize a = count() > least by User",
    "let f = (a: long, b: timespan = 1d) { a }; print f('1', b = 2)",
    "let f = () { count() }; Logins | take 1",
    "Logins | evaluate pivot(User, count())",
    "Logins | top-nested 2 of User by count()",
    "Logins | make-series sum(Tries) default = 0 on TimeGenerated step 1h",
    "search in (Logins) 'a' or 'b' and 'c'",
    "search 'a' and User == 'b'",
    "Logins | mv-expand todynamic(User) | extend a = User.b",
    "Logins | mv-expand split(User, ',')",
    "print a = 1 | join kind=inner (print a = int(1)) on a",
    "Logins | join kind=leftantisemi hint.strategy=partitioned Machines on Address | render table",
    "Logins | extend User = tolower(User) | extend User = trim(' ', User)",
    # nobody knows
    "Mine_CL | where a > 1 and b has 1 and c.d[0] > 'x' | summarize sum(e) by f | sort by f",
    "Mine_CL | where a | mv-expand b | extend c = startofday(d) | join kind=inner Logins on User",
    "Everything | where catgeory_s == 'a' and Whatever == 1",
    "Everything | evaluate bag_unpack(x_s) | where timegenerated > 1",
    "union Everything, Mine_CL | where timegenerated > 1",
]


@pytest.mark.parametrize(("query", "expected"), _WRONG, ids=[query for query, _ in _WRONG])
def test_types_that_do_not_fit_are_reported(query: str, expected: list[str]) -> None:
    assert reports(query) == expected


@pytest.mark.parametrize("query", _RIGHT)
def test_nothing_is_said_about_what_fits_or_is_not_known(query: str) -> None:
    assert reports(query) == []


def test_each_message_says_what_to_write_instead() -> None:
    for query, _ in _WRONG:
        for found in bound(query).diagnostics:
            assert found.help
            assert "\n" not in found.message
