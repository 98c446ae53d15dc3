"""Results become tables of Arrow and pandas, and tables of theirs become rows, with no digit lost on the way."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import kqlpack as api
from kqlpack.catalog import Column, ScalarType
from kqlpack.execute.result import Result

# A value of each type, and a null of each.
VALUES = """
print b=true, i=int(1), l=9007199254740993, r=1.5, d=decimal(0.1), s='ä', g=guid(74be27de-1e4e-49d9-b579-fe0b331d3642),
    t=datetime(2026-01-01T00:00:00.1234567Z), span=timespan(-1.00:00:00.0000001), x=dynamic({'a': [1, null]})
| union (print b=bool(null), i=int(null), l=long(null), r=real(null), d=decimal(null), s='', g=guid(null),
    t=datetime(null), span=timespan(null), x=dynamic(null))
"""


def test_a_result_becomes_an_arrow_table() -> None:
    found = api.run(VALUES).to_arrow()
    assert {field.name: str(field.type) for field in found.schema} == {
        "b": "bool",
        "i": "int32",
        "l": "int64",
        "r": "double",
        "d": "decimal128(38, 18)",
        "s": "string",
        "g": "string",
        "t": "timestamp[ns, tz=UTC]",
        "span": "duration[ns]",
        "x": "string",
    }
    assert found.column("l").to_pylist() == [9007199254740993, None]
    assert found.column("d").to_pylist() == [Decimal("0.1"), None]
    assert found.column("t").cast(pa.int64()).to_pylist() == [1767225600123456700, None]
    assert found.column("span").cast(pa.int64()).to_pylist() == [-86400000000100, None]
    assert found.column("x").to_pylist() == ['{"a": [1, null]}', None]


def test_a_result_becomes_a_pandas_frame() -> None:
    found = api.run(VALUES).to_pandas()
    assert found.dtypes.astype(str).to_dict() == {
        "b": "boolean",
        "i": "Int32",
        "l": "Int64",
        "r": "float64",
        "d": "object",
        "s": "string",
        "g": "string",
        "t": "datetime64[ns, UTC]",
        "span": "timedelta64[ns]",
        "x": "object",
    }
    assert found["l"].tolist() == [9007199254740993, pd.NA]
    assert found["t"].tolist() == [pd.Timestamp("2026-01-01T00:00:00.1234567Z"), pd.NaT]
    assert found["span"].iloc[0] == pd.Timedelta(-86400000000100, "ns")
    assert found["x"].tolist() == [{"a": [1, None]}, None]


def test_a_result_comes_back_as_it_was() -> None:
    result = api.run(VALUES)
    for table in (result.to_arrow(), result.to_pandas()):
        # decimals, guids and dynamic values are told by the query: in a frame they are objects, in Arrow texts.
        again = api.run("T | project b, l, r, s, t, span", {"T": table})
        assert again.rows == api.run(VALUES + "| project b, l, r, s, t, span").rows


def test_a_result_without_rows_or_columns_is_a_table_too() -> None:
    empty = api.run("print t = now(), n = 1 | take 0")
    assert empty.to_arrow().schema.names == ["t", "n"]
    assert str(empty.to_pandas()["t"].dtype) == "datetime64[ns, UTC]"
    assert len(empty.to_pandas()) == 0
    assert len(Result((), ((), ())).to_pandas()) == 2


def test_two_columns_of_one_name_are_two() -> None:
    result = Result((Column("a", ScalarType.LONG), Column("a", ScalarType.STRING)), ((1, "x"),))
    assert list(result.to_pandas().columns) == ["a", "a"]
    assert result.to_arrow().schema.names == ["a", "a"]


def test_times_beyond_what_nanoseconds_reach_are_microseconds() -> None:
    result = api.run("print t = datetime(0001-01-01), span = 100000d")
    assert str(result.to_arrow().schema.field("t").type) == "timestamp[us, tz=UTC]"
    assert str(result.to_pandas()["t"].dtype) == "datetime64[us, UTC]"
    assert result.to_pandas()["t"].iloc[0] == pd.Timestamp(year=1, month=1, day=1, tz="UTC")


def test_times_that_fit_no_unit_are_told_and_not_rounded() -> None:
    result = api.run("print t = datetime(0001-01-01T00:00:00.0000001Z)")
    for convert in (result.to_arrow, result.to_pandas):
        with pytest.raises(api.Error, match=r"column `t` .* seventh digit"):
            convert()


def test_what_a_type_of_theirs_can_not_hold_is_told_with_its_column() -> None:
    half_of_a_pair = Result((Column("s", ScalarType.STRING),), (("\ud800",),))
    with pytest.raises(api.Error, match="column `s`"):
        half_of_a_pair.to_arrow()


@pytest.mark.parametrize(("library", "method"), [("pyarrow", "to_arrow"), ("pandas", "to_pandas")])
def test_without_their_library_an_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, library: str, method: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(api.Error, match=f"pip install {library}"):
        getattr(api.run("print 1"), method)()


# ---- in --------------------------------------------------------------------------------------------------------------

TIMES = [pd.Timestamp("2026-01-01T00:00:00.1234567Z"), pd.NaT]
SPANS = [pd.Timedelta("-1 days +00:00:00.0000001"), pd.NaT]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"t": TIMES, "span": SPANS}),
        pa.Table.from_pandas(pd.DataFrame({"t": TIMES, "span": SPANS})),
        [{"t": TIMES[0], "span": SPANS[0]}, {"t": None, "span": pd.NaT}],
    ],
    ids=["pandas", "arrow", "rows"],
)
def test_times_of_theirs_keep_their_seventh_digit(table: Any) -> None:
    result = api.run("T | project t, span", {"T": table})
    assert [str(column.type) for column in result.columns] == ["datetime", "timespan"]
    assert str(result.rows[0][0]) == "2026-01-01T00:00:00.1234567Z"
    assert str(result.rows[0][1]) == "-23:59:59.9999999"
    assert result.rows[1] == (None, None)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_unit_of_arrow_is_read(unit: str) -> None:
    table = pa.table({"t": pa.array([0], type=pa.timestamp(unit)), "span": pa.array([1], type=pa.duration(unit))})
    ticks = {"s": 10_000_000, "ms": 10_000, "us": 10, "ns": 0}
    assert api.run("T | project t, span", {"T": table}).rows == (
        (api.Datetime(621355968000000000), api.Timespan(ticks[unit])),
    )


def test_what_pandas_calls_missing_is_null() -> None:
    frame = pd.DataFrame({"s": ["x", None], "n": [1.5, None], "i": pd.array([1, None], dtype="Int64")})
    result = api.run("T | project s, n, i", {"T": frame})
    assert [str(column.type) for column in result.columns] == ["string", "real", "long"]
    assert result.rows == (("x", 1.5, 1), ("", None, None))


def test_values_of_numpy_are_values() -> None:
    frame = pd.DataFrame({"a": [np.int64(3), np.int64(4)], "x": [np.array([1, 2]), np.array([3])]}, dtype="object")
    assert api.run("T | project a, x", {"T": frame}).rows == ((3, [1, 2]), (4, [3]))
    times = {"t": np.datetime64("2026-01-01T00:00:00.123456700"), "s": np.timedelta64(-100, "ns")}
    rows = [{"a": np.float64(1.5), **times, "none": np.datetime64("NaT")}]
    found = api.run("T | project a, t, s, none", {"T": rows}).rows[0]
    assert found[:3] == (1.5, api.Datetime(639028224001234567), api.Timespan(-1))
    assert not found[3]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]),
        pd.Series([1]),
        pa.array([1]),
        np.array([1]),
        pd.DataFrame({1: [1]}),
    ],
    ids=["pandas twice", "arrow twice", "series", "array", "numpy", "number"],
)
def test_what_is_no_table_of_named_columns_is_told(table: Any) -> None:
    with pytest.raises(api.ExecutionError):
        api.run("T | count", {"T": table})


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame({"s": [], "n": []}), pa.table({"s": pa.array([], pa.string()), "n": pa.array([], pa.int64())})],
    ids=["pandas", "arrow"],
)
def test_a_table_of_theirs_without_rows_has_its_columns(table: Any) -> None:
    assert api.run("T | where s == 'a' | project n", {"T": table}).rows == ()
