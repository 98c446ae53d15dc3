"""Queries beyond all measure are bound too, in time and without recursion."""

from __future__ import annotations

import pytest

from kqlpack.semantics import lineage, time_bounds
from tests.semantics.queries import bound, catalog

_MANY = 100_000
_FEWER = 20_000

_DEEP = {
    "parentheses around a number": "print x = " + "(" * _MANY + "1" + ")" * _MANY,
    "parentheses around a table": "(" * _MANY + "Countries" + ")" * _MANY,
    "and": "Countries | where " + " and ".join(["Code == 'x'"] * _MANY),
    "a path": "Logins | project x = Details" + ".a" * _FEWER,
    "calls in calls": "Countries | project Code = " + "tostring(" * _FEWER + "Code" + ")" * _FEWER,
}


@pytest.mark.parametrize("text", _DEEP.values(), ids=_DEEP.keys())
def test_depth_in_an_expression_does_not_matter(text: str) -> None:
    found = bound(text)
    assert found.diagnostics == ()
    assert found.columns is not None


_NESTED = {
    "join in join": "Logins | join (" * 300 + "Logins" + ") on User" * 300,
    "toscalar in toscalar": "print x = " + "toscalar(print y = " * 300 + "1" + ")" * 300,
    "in over in": "Logins | where User in (" * 300 + "Logins" + ")" * 300,
    "functions in functions": "let f = () { " * 100 + "Logins" + " }; f" * 100,
}


@pytest.mark.parametrize("text", _NESTED.values(), ids=_NESTED.keys())
def test_tables_in_tables_are_unknown_beyond_a_depth(text: str) -> None:
    found = bound(text)
    assert found.diagnostics == ()
    time_bounds(found)


def test_functions_that_call_each_other_twice_do_not_explode() -> None:
    steps = (f"let f{i} = (T: (*)) {{ union f{i - 1}(T), f{i - 1}(T) }};" for i in range(1, 60))
    found = bound("let f0 = (T: (*)) { T | extend x = 1 };" + "".join(steps) + "f59(Countries) | take 1")
    assert found.diagnostics == ()


def test_a_pipe_of_thousands_of_operators() -> None:
    found = bound("Countries" + " | where Code == 'x'" * 10_000)
    assert found.columns is not None


def test_thousands_of_columns_get_their_numbers() -> None:
    found = bound("Countries | project " + ", ".join(["1"] * 5_000))
    assert found.columns is not None
    assert found.columns[-1].name == "Column5000"


def test_a_chain_of_two_thousand_lets() -> None:
    lets = "".join(f"let t{n} = t{n - 1} | extend Code = strcat(Code, 'x');\n" for n in range(1, 2_000))
    found = bound(f"let t0 = Countries;\n{lets}t1999")
    assert [column.name for column in found.columns or ()] == ["Code", "Name"]
    time_bounds(found)
    lineage(found)


def test_a_query_that_reads_five_hundred_tables() -> None:
    names = catalog().table_names()[:500]
    for query in (f"union {', '.join(names)}", " | ".join([names[0], *(f"union {name}" for name in names[1:])])):
        found = bound(query)
        assert len(found.tables) == 500
        time_bounds(found)
        lineage(found)
