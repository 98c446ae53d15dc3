"""Whatever values a function meets, the engine answers or refuses: no other error comes out."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.errors import Error, ExecutionError
from kqlpack.execute.duckdb.aggregates import AGGREGATES, SEVERAL
from kqlpack.execute.duckdb.functions import ROWS
from kqlpack.values import Datetime
from tests.execute.duckdb.kql import catalog, rows

# Values at the edges of each type; the last ones are columns of T.
VALUES: Final = {
    "bool": ["true", "bool(null)", "b"],
    "int": ["int(1)", "int(null)", "int(-2147483647)"],
    "long": ["0", "-1", "300", "long(null)", "9223372036854775807", "-9223372036854775807", "n"],
    "real": ["-0.5", "1e308", "real(nan)", "real(+inf)", "real(-inf)", "real(null)", "r"],
    "decimal": ["decimal(1.5)", "decimal(null)", "decimal(99999999999999999999)"],
    "datetime": ["datetime(2024-05-05)", "datetime(null)", "datetime(9999-12-31T23:59:59.9999999)", "t"],
    "timespan": ["-1d", "0s", "10675199d", "timespan(null)"],
    "guid": ["guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "guid(null)"],
    "string": [
        '""',
        '"(a)"',
        '"["',
        '"2024-01-01"',
        '"Asia/Tokyo"',
        '"Europe"',
        '"month"',
        '"1.2.3.4/33"',
        '"$.a"',
        "s",
    ],
    "dynamic": [
        *("dynamic(null)", "dynamic([])", "dynamic(5)", 'dynamic("x")', 'dynamic([1, -0.5, null, "a"])'),
        *('dynamic({"a": {"b": [1]}})', "dynamic([[1, 2], [3]])", "dynamic([9999999999999999999999])", "d"),
    ],
}
CLASSES: Final = {
    "Number": ["long", "int", "real", "decimal"],
    "Integer": ["long", "int"],
    "Summable": ["long", "real", "datetime", "timespan"],
    "DynamicArray": ["dynamic"],
    "DynamicBag": ["dynamic"],
    "StringOrDynamic": ["string", "dynamic"],
}
LAST_TICK: Final = 3_155_378_975_999_999_999
TABLE: Final = [
    {"b": True, "n": 1, "r": float("nan"), "s": "abc", "t": Datetime(LAST_TICK), "d": [1, "a"]},
    {"b": None, "n": None, "r": 1.5, "s": "", "t": None, "d": None},
    {"b": False, "n": -5, "r": float("inf"), "s": "ß 1.2.3.4", "t": Datetime(0), "d": {"k": 1}},
]


def _values(accepts: str) -> list[str]:
    """Return values of the types that a parameter takes; of all types where it takes any."""
    types = CLASSES.get(accepts) or [name for name in accepts.split("|") if name in VALUES] or list(VALUES)
    return [value for name in types for value in VALUES[name]]


@st.composite
def calls(draw: st.DrawFn) -> str:
    """Draw a query that calls a function or an aggregate with some number of such values."""
    name, is_aggregate = draw(
        st.sampled_from([*((name, False) for name in ROWS), *((name, True) for name in {**AGGREGATES, **SEVERAL})])
    )
    function = catalog().aggregate(name) if is_aggregate else catalog().function(name)
    signatures = function.signatures if function is not None else ()
    arguments: list[str] = []
    if signatures:
        signature = draw(st.sampled_from(signatures))
        most = signature.min_arguments + 2 if signature.max_arguments is None else signature.max_arguments
        for index in range(draw(st.integers(signature.min_arguments, min(most, 6)))):
            parameters = signature.parameters
            accepts = parameters[min(index, len(parameters) - 1)].accepts if parameters else ""
            arguments.append(draw(st.sampled_from(_values(accepts))))
    call = f"{name}({', '.join(arguments)})"
    return f"T | summarize x = {call}" if is_aggregate else f"T | serialize | extend x = {call}"


@given(calls())
def test_a_call_answers_or_is_refused(query: str) -> None:
    try:
        found = rows(query, {"T": TABLE})
    except Error:
        return
    assert all(str(value) is not None for row in found for value in row)


@pytest.mark.parametrize(
    "query",
    [
        "print max_of()",
        "print strcat_delim('-')",
        "print series_pearson_correlation(dynamic(['a']), dynamic([1]))",
        "print datetime_utc_to_local(datetime(9999-12-31T23:59:59), 'Asia/Tokyo')",
        "print datetime_utc_to_local(now(), 'Europe')",
        "print range(1, real(nan))",
        "print extract('(a)', long(null), 'a')",
        "print extract_all('(a)', dynamic(null), 'a')",
        "T | summarize percentile(n, int(null))",
        "T | summarize percentiles(n, 'a')",
        "T | summarize percentiles(n, 101)",
    ],
)
def test_what_has_no_answer_is_an_error_of_kqlpack(query: str) -> None:
    with pytest.raises(Error):
        rows(query, {"T": TABLE})


@pytest.mark.parametrize(
    "expression", ["datetime(9999-12-31) + 1d", "datetime(0001-01-01) - 1tick", "tostring(datetime(9999-12-31) + 1d)"]
)
def test_a_datetime_that_kql_has_not_is_no_result(expression: str) -> None:
    with pytest.raises(ExecutionError, match="datetime before the year 1 or after"):
        rows(f"print {expression}")


def test_a_power_is_never_a_complex_number_nor_a_whole_number_without_end() -> None:
    [(found,)] = rows("print series_pow(dynamic([-0.5, 2, 10]), dynamic([1.5, 3, 100000000]))")
    assert str(found) == "[nan, 8, nan]"


def test_base64_is_made_of_arrays_only() -> None:
    assert rows("print base64_encode_fromarray(dynamic(5)), base64_encode_fromarray(dynamic([1, 2]))") == [("", "AQI=")]
