"""Each column of a result is followed back to the tables, through whatever the query does with it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kqlpack.semantics import lineage
from tests.semantics.queries import bound

# query, and for each column: its sources; `=` before them where it is a copy, `?` behind where there may be more.
_CASES = [
    ("Logins | project User", {"User": "=Logins.User"}),
    ("Logins | project Who = User", {"Who": "=Logins.User"}),
    ("Logins | project-rename Who = User | project Who", {"Who": "=Logins.User"}),
    ("Logins | extend Who = tolower(User) | project Who, x = 1", {"Who": "Logins.User", "x": ""}),
    ("Logins | project Both = strcat(User, Details.city)", {"Both": "Logins.Details Logins.User"}),
    (
        "Logins | summarize n = count(), arg_max(TimeGenerated, Address), dcount(Code) by Who = User",
        {
            "Who": "=Logins.User",
            "n": "",
            "TimeGenerated": "=Logins.TimeGenerated",
            "Address": "=Logins.Address",
            "dcount_Code": "Logins.Code",
        },
    ),
    (
        "Logins | join kind=inner Machines on Address | project Address1, Memory",
        {"Address1": "=Machines.Address", "Memory": "=Machines.Memory"},
    ),
    ("Logins | lookup Countries on Code | project Name, Code", {"Name": "=Countries.Name", "Code": "=Logins.Code"}),
    ("union Logins, OldLogins | project User", {"User": "=Logins.User OldLogins.User"}),
    ("union Logins, OldLogins | project Code_long", {"Code_long": "=OldLogins.Code"}),
    ("Logins | mv-expand Part = Details | project Part", {"Part": "Logins.Details"}),
    ("Logins | parse User with name '@' domain | project domain", {"domain": "Logins.User"}),
    ("Logins | make-series sum(Tries) on TimeGenerated step 1d | project sum_Tries", {"sum_Tries": "Logins.Tries"}),
    ("let a = Logins | extend b = User; a | project b", {"b": "=Logins.User"}),
    ("let f = () { Logins | project User }; f | project x = strlen(User)", {"x": "Logins.User"}),
    ("let f = (T: (User: string)) { T | extend n = strlen(User) }; f(Alerts) | project n", {"n": "Alerts.User"}),
    ("let f = (x: string) { strlen(x) }; Logins | project n = f(User)", {"n": "Logins.User"}),
    ("Logins | as a | join kind=inner (a | project User, c = Code) on User | project c", {"c": "=Logins.Code"}),
    ("datatable (a: long) [1] | project b = a + 1", {"b": ""}),
    ("print a = 1", {"a": ""}),
    # what nobody knows
    ("Everything | project a = other, Category", {"a": "?", "Category": "=Everything.Category"}),
    ("Mine_CL | project a_s", {"a_s": "?"}),
    ("nobody_knows_CL | join kind=inner Logins on a | project b", {"b": "?"}),
    ("union Logins, Mine_CL | project User, Other", {"User": "=Logins.User", "Other": "?"}),
]


def _shown(query: str) -> dict[str, str]:
    result = {}
    for column in lineage(bound(query)):
        sources = " ".join(f"{source.table}.{source.column}" for source in column.sources)
        result[column.column] = ("=" if column.is_copy else "") + sources + ("" if column.is_complete else "?")
    return result


@pytest.mark.parametrize(("query", "expected"), _CASES, ids=[query for query, _ in _CASES])
def test_a_column_is_followed_to_its_sources(query: str, expected: dict[str, str]) -> None:
    assert _shown(query) == expected


def test_a_column_is_found_by_its_name() -> None:
    found = lineage(bound("Logins | project User"))

    assert found.of("User") is not None
    assert found.of("Other") is None


_STEPS = st.sampled_from(
    [
        "extend a = strcat(User, 'x')",
        "extend a = 1, b = User",
        "project User, Code, b = Code, a = Code",
        "summarize a = dcount(Code), b = take_any(Code), Code = max(Code) by User",
        "join kind=inner (Alerts) on User",
        "union (Logins | project User, a = Tries)",
        "extend User = tolower(User), Code = '1'",
        "where User != ''",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_STEPS, max_size=6))
def test_sources_are_columns_of_tables_that_the_query_reads(steps: list[str]) -> None:
    found = bound(" | ".join(["Logins", *steps]))

    for column in lineage(found):
        for source in column.sources:
            table = found.catalog.table(source.table)
            assert source.table in found.tables
            assert table is not None
            assert source.column in [each.name for each in table.columns]


def test_a_long_chain_is_followed_in_no_time_and_without_recursion() -> None:
    lets = "".join(f"let t{n} = t{n - 1} | extend c = strcat(c, 'x');\n" for n in range(1, 1000))

    found = lineage(bound(f"let t0 = Logins | extend c = User;\n{lets} t999 | project c"))

    assert [f"{source.table}.{source.column}" for source in found.columns[0].sources] == ["Logins.User"]
