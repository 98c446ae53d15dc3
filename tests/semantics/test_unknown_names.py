"""Names that stand for nothing are reported, with what to write instead; what isn't known is not."""

from __future__ import annotations

import pytest

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tests.semantics.queries import bound, catalog, reports

_WRONG = [
    # tables
    ("Loginz | take 1", ["KQL101 Loginz"]),
    ("logins | where Whatever == 1 | project x = Other", ["KQL101 logins"]),
    ("union Logins, Loginz", ["KQL101 Loginz"]),
    ("Logins | join (Loginz) on User", ["KQL101 Loginz"]),
    ("Logins | where User in (Logins | project Who)", ["KQL102 Who"]),
    ('table("Loginz") | count', ['KQL101 "Loginz"']),
    ("x | take 1; let x = Logins;", ["KQL101 x"]),
    ("let f = () { Loginz }; f()", ["KQL101 Loginz"]),
    # columns
    ("Logins | where user == 'x'", ["KQL102 user"]),
    ("Logins | project User | where Code == '1'", ["KQL102 Code"]),
    ("Logins | extend a = 1, b = a", ["KQL102 a"]),
    ("Logins | summarize count() by User | where TimeGenerated > ago(1d)", ["KQL102 TimeGenerated"]),
    ("Logins | summarize n = count() | where count_ > 1", ["KQL102 count_"]),
    ("Logins | project-away Nothing", ["KQL102 Nothing"]),
    ("Logins | project-rename A = Nothing", ["KQL102 Nothing"]),
    ("Logins | project-reorder Nothing", ["KQL102 Nothing"]),
    ("Logins | sort by Nothing", ["KQL102 Nothing"]),
    ("Logins | top 3 by Nothing", ["KQL102 Nothing"]),
    ("Logins | distinct Nothing", ["KQL102 Nothing"]),
    ("Logins | mv-expand Nothing", ["KQL102 Nothing"]),
    ("Logins | mv-apply Details on (where Nothing == 1)", ["KQL102 Nothing"]),
    ("Logins | parse Nothing with a 'x'", ["KQL102 Nothing"]),
    ("Logins | make-series count() on Nothing step 1d", ["KQL102 Nothing"]),
    ("Logins | join Machines on User", ["KQL102 User"]),
    ("Logins | join Machines on Machine", ["KQL102 Machine"]),
    ("Everything | join Logins on Anything", ["KQL102 Anything"]),
    ("Logins | join Machines on $left.User == $right.Nobody", ["KQL102 Nobody"]),
    ("Logins | join kind=leftanti Machines on Address | project Machine", ["KQL102 Machine"]),
    ("Logins | lookup Countries on Code | project Code1", ["KQL102 Code1"]),
    ("union Logins, OldLogins | where Code == 1", ["KQL102 Code"]),
    ("Logins | evaluate bag_unpack(Nothing)", ["KQL102 Nothing"]),
    ("Logins | scan declare (n: long) with (step s: Nothing == 1 => n = s.Other;)", ["KQL102 Nothing", "KQL102 Other"]),
    ("let f = (T: (a: long)) { T | where b == 1 }; f(Logins)", ["KQL102 b"]),
    ("print a = b", ["KQL102 b"]),
    ("let x = y; print x", ["KQL102 y"]),
    ("let x = 1; Logins | take y", ["KQL102 y"]),
    ("Logins | where nothing", ["KQL102 nothing"]),
    # functions
    ("Logins | where agoo(1d) > TimeGenerated", ["KQL103 agoo"]),
    ("Logins | summarize cuont() by User", ["KQL103 cuont"]),
    ("print x = Strcat('a')", ["KQL103 Strcat"]),
    ("Logins | invoke nothing()", ["KQL103 nothing"]),
    ("nothing() | take 1", ["KQL103 nothing"]),
    # each place once, in the order of the text
    ("Logins | where a == 1 and a == 2 | where foo(b)", ["KQL102 a", "KQL102 a", "KQL103 foo", "KQL102 b"]),
]

# Everything that follows from what nobody can tell.
_SILENT = [
    "Everything | where Anything == 1 | extend x = Other | sort by Third",
    "Everything | summarize arg_max(TimeGenerated, *) by Category | where Anything == 1",
    "Everything | project-keep C*, D* | where D1 == 1",
    "Logins | union Everything | where Anything == 1",
    "Logins | join Everything on User | where Anything == 1",
    "Logins | evaluate bag_unpack(Details) | where city == 'x'",
    "Logins | evaluate pivot(User) | where bob > 1",
    "Logins | invoke FileProfile(Code) | where GlobalPrevalence > 1",
    "My_Log_CL | where Whatever_s == 'x'",
    "_Im_Dns(starttime=ago(1d)) | where SrcIpAddr == 'x'",
    "_Im_Dns | where SrcIpAddr == 'x'",
    "_GetWatchlist('x') | where City == 'x'",
    "cluster('c').database('d').T | where x == 1",
    "workspace('w').NotHere | where x == 1",
    "union isfuzzy=true Logins, NotHere | where x == 1",
    "union isfuzzy=true Logins, (NotHere | where x == 1)",
    "union Log* | where x == 1",
    "find in (Logins) where Nothing == 1",
    "search Nothing == 1",
    "let f = (T: (*)) { T | where Anything == 1 }; Logins | invoke f()",
    "let f = (T: (*)) { T | where Anything == 1 }; f(Logins)",
    "let name = 'x'; table(strcat('Log', name)) | where x == 1",
    "Logins | where column_ifexists('Nothing', '') == ''",
    "Heartbeat | where _TimeReceived > ago(1d) | extend x = _ItemId",
    "Logins | where _TimeReceived > ago(1d)",
    "Logins | partition by User { Logins | where User == User }",
    "Logins | partition by User (project Code | extend x = toscalar(User))",
    "Alerts | make-graph User --> Score | graph-match (a)-[e]->(b) where a.x == 1 project a.y | where a_y == 1",
    "macro-expand entity_group [cluster('a')] as X (X.T | where x == 1)",
    "union (Logins | extend x = tolower(User)), (Everything | extend x = Anything) | where x_string == 'a'",
    "union (Everything | project x = Anything), (Logins | project x = User) | where x_string == 'a' or x == 'a'",
    "Logins | summarize percentiles(Tries, 50) | where percentile_Tries_50 > 1",
    "declare query_parameters(who: string); Logins | where User == who",
    "let who = 'x'; Logins | where User == who and Code == who",
    "let T = Logins; let f = () { T | where User == 'x' }; f | where Code == '1'",
    "Logins | scan declare (n: long) with (step s: true => n = s.n + Tries;)",
    "Logins | search 'x' | where $table == 'Logins'",
]


@pytest.mark.parametrize(("query", "expected"), _WRONG)
def test_a_name_that_stands_for_nothing_is_reported(query: str, expected: list[str]) -> None:
    assert reports(query) == expected


@pytest.mark.parametrize("query", _SILENT)
def test_what_cannot_be_told_is_no_error(query: str) -> None:
    assert reports(query) == []


def test_after_an_unknown_function_its_columns_are_not_missed() -> None:
    assert reports("Logins | summarize arx_max(TimeGenerated, *) by User | where Code == '1'") == ["KQL103 arx_max"]
    assert reports("Logins | summarize cuont() by User | where count_ > 1") == ["KQL103 cuont"]


def test_the_message_says_which_table_lacks_the_column() -> None:
    (found,) = bound("Logins | extend x = 1 | where usr == 'a'").diagnostics
    assert found.message == "`Logins` has no column `usr`"
    assert found.help == "did you mean `User`?"
    assert (found.code, found.rule, found.severity) == ("KQL102", "unknown-column", Severity.ERROR)


def test_the_message_says_which_operator_dropped_the_column() -> None:
    (found,) = bound("Logins\n| project User, Code\n| where Tries > 1").diagnostics
    assert found.message == "there is no column `Tries` here any more: an earlier `project` dropped it"
    (related,) = found.related
    assert found.file.text[related.span.start : related.span.end] == "project"


def test_a_drop_is_found_behind_a_let() -> None:
    (found,) = bound("let T = Logins\n| summarize count() by User;\nT\n| where Tries > 1").diagnostics
    assert "an earlier `summarize` dropped it" in found.message
    assert [note.text for note in found.related] == ["this `summarize` drops `Tries`"]


def test_the_message_names_the_operator_that_made_the_columns() -> None:
    (found,) = bound("Logins\n| summarize Total = count() by User\n| extend x = 1\n| where Totl > 1").diagnostics
    assert found.message == "the output of the earlier `summarize` has no column `Totl`"
    assert [found.file.text[note.span.start : note.span.end] for note in found.related] == ["summarize"]
    assert found.help == "did you mean `Total`?"


@pytest.mark.parametrize(
    "query",
    [
        "Logins\n| project User\n| where Tries > 1",
        "Logins\n| summarize Total = count()\n| where Totl > 1",
        "union (Logins | extend x = 1), (Logins | extend x = 'a')\n| where x == 1",
    ],
)
def test_no_message_names_a_line_for_those_of_a_rendered_query_are_not_its_files(query: str) -> None:
    (found,) = bound(query).diagnostics
    assert "line" not in found.message
    assert "line" not in found.help
    assert found.related


def test_the_help_says_which_tables_have_the_column() -> None:
    (found,) = bound("Countries | where Machine == 'x'").diagnostics
    assert "`Machine` is a column of" in found.help
    assert "`Machines`" in found.help


def test_the_help_says_that_a_name_is_a_function_s() -> None:
    (found,) = bound("Logins | where TimeGenerated > ago").diagnostics
    assert found.help == "`ago` is a function: call it, `ago(...)`"


def test_the_help_says_that_a_union_split_the_column() -> None:
    (found,) = bound("union Logins, OldLogins\n| where Code == 1").diagnostics
    assert "have `Code` with different types" in found.message
    assert found.help.startswith("read `Code_string` and `Code_long`")


def test_the_help_says_that_a_let_comes_too_late() -> None:
    (found,) = bound("T | take 1;\nlet T = Logins;").diagnostics
    assert found.help == "move `let T = ...` before its first use"
    assert found.related[0].span.start == 16


def test_a_table_of_resource_graph_is_read_otherwise() -> None:
    (found,) = bound("resourcecontainers | take 1").diagnostics
    assert 'arg("").resourcecontainers' in found.help


def test_a_suggestion_is_a_fix_that_must_be_asked_for() -> None:
    text = "Logins | where Usr == 'a'"
    (found,) = bound(text).diagnostics
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE
    assert found.fix.title == "Replace `Usr` by `User`"
    (edit,) = found.fix.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == "Logins | where User == 'a'"


def test_a_suggestion_is_quoted_where_it_has_to_be() -> None:
    (found,) = bound("Odd | project ['a  b']").diagnostics
    assert found.fix is not None
    assert found.fix.edits[0].text == "['a b']"


def test_a_wrong_table_is_suggested_in_its_own_spelling() -> None:
    (found,) = bound("signinlogs | take 1").diagnostics
    assert found.help == "did you mean `SigninLogs`?"


def test_saved_functions_are_known() -> None:
    outcome = bound("mine() | where x == 1 | union ours | where other(2)", {"mine": None, "ours": None, "other": None})
    assert outcome.diagnostics == ()


def test_a_saved_function_s_columns_are_known_where_it_is_said() -> None:
    schema = bound("Countries").schema_after(bound("Countries").parsed.root)
    assert schema.is_open
    countries = bound("Countries")
    known = countries.schema_after(countries.parsed.root.statements[0].expression)  # type: ignore[attr-defined]
    found = bound("mine | where Nothing == 1", {"mine": known})
    assert [each.message for each in found.diagnostics] == ["there is no column `Nothing` here"]


def test_a_broken_text_gets_no_word_about_its_names() -> None:
    parsed = parse(SourceFile("query.kql", "let x = Nothing1; Nothing2 | where | take"))
    found = bind(parsed, catalog())
    assert [each.code for each in found.diagnostics] == [each.code for each in parsed.diagnostics]
    assert found.columns is None
