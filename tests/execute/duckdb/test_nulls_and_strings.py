"""Null, the empty string, and what operators make of them."""

from __future__ import annotations

import math

import pytest

from tests.execute.duckdb.kql import row, rows, value

ONE_NULL = "datatable(n: long, s: string) [1, 'a', long(null), '', 3, 'c']"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("int(null) == int(null)", None),
        ("int(null) != int(null)", None),
        ("int(null) == 5", False),
        ("int(null) != 5", True),
        ("5 != int(null)", True),
        ("int(null) < 5", None),
        ("not(bool(null))", None),
        ("bool(null) and false", False),
        ("bool(null) or true", True),
        ("int(null) + 1", None),
        ("isnull(int(null))", True),
        ("isnull('')", False),
        ("isempty('')", True),
        ("isempty(int(null))", True),
        ("isnotempty(dynamic(null))", False),
        ("iff(bool(null), 'yes', 'no')", "no"),
        ("tostring(long(null))", ""),
        ("strcat('a', long(null), 'b')", "ab"),
        ("coalesce('', 'x')", "x"),
        ("coalesce(int(null), 7)", 7),
        ("max_of(long(null), 2)", 2),
    ],
)
def test_null_in_an_expression(expression: str, expected: object) -> None:
    assert value(expression) == expected


def test_a_comparison_of_two_null_columns_is_null_and_so_no_row() -> None:
    data = "datatable(a: long, b: long) [1, 1, 1, 2, long(null), 1, long(null), long(null)]"
    assert rows(f"{data} | where a == b") == [(1, 1)]
    assert rows(f"{data} | where a != b") == [(1, 2), (None, 1)]


def test_in_finds_no_null_and_not_in_keeps_it() -> None:
    assert rows(f"{ONE_NULL} | where n in (1, 5) | project n") == [(1,)]
    assert rows(f"{ONE_NULL} | where n !in (1, 5) | project n") == [(None,), (3,)]


def test_a_string_is_never_null() -> None:
    assert row("print s = tostring(dynamic({}).absent)") == ("",)
    assert row("datatable(s: string) [] | summarize max(s), take_any(s)") == ("", "")
    assert rows("datatable(s: string) [''] | where isnull(s)") == []


def test_a_missing_property_of_a_dynamic_is_null() -> None:
    assert value("dynamic({'a': 1}).b") is None
    assert value("dynamic({'a': null}).a") is None
    assert value("isnull(dynamic({'a': null}).a)") is True
    assert value("dynamic({'a': {'b c': [10, 20, 30]}}).a['b c'][-1]") == 30
    assert value("dynamic([1, 2])[7]") is None


def test_nulls_form_a_group_of_their_own() -> None:
    assert rows("datatable(k: long) [1, long(null), long(null)] | summarize count() by k | sort by k asc") == [
        (None, 2),
        (1, 1),
    ]


def test_sort_descends_by_default_with_nulls_last() -> None:
    assert rows(f"{ONE_NULL} | sort by n | project n") == [(3,), (1,), (None,)]
    assert rows(f"{ONE_NULL} | sort by n asc | project n") == [(None,), (1,), (3,)]
    assert rows(f"{ONE_NULL} | sort by n asc nulls last | project n") == [(1,), (3,), (None,)]


def test_sort_keeps_the_order_of_equal_keys() -> None:
    data = "datatable(k: long, v: string) [1, 'a', 2, 'b', 1, 'c', 2, 'd']"
    assert rows(f"{data} | sort by k asc | project v") == [("a",), ("c",), ("b",), ("d",)]


def test_summarize_over_nothing_without_by_is_one_row_and_with_by_none() -> None:
    nothing = "datatable(k: string, n: long, r: real) []"
    counted, total, average, greatest, listed = row(
        f"{nothing} | summarize count(), sum(n), avg(n), max(n), make_list(n)"
    )
    assert (counted, total, greatest, listed) == (0, 0, None, [])
    assert math.isnan(average)
    assert rows(f"{nothing} | summarize count() by k") == []


def test_a_text_and_a_number_are_equal_where_both_readings_agree() -> None:
    data = "datatable(code: string, id: int) ['0', 4624, '50126', 4625, '', int(null)]"
    assert rows(f"{data} | where code == 0 | project id") == [(4624,)]
    assert rows(f"{data} | where code != 0 | project id") == [(4625,), (None,)]
    assert rows(f"{data} | where id == '4625' | project code") == [("50126",)]
    assert rows(f"{data} | where id in ('4624', '4625') | project code") == [("0",), ("50126",)]
