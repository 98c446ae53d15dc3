"""Arrow and pandas, on both sides. In: results, or tables of theirs. Out: tables of theirs, or rows.

Neither is a dependency: who has them gets them. A column's type follows from KQL's and not from the values, and no
digit of a time is lost on the way.
"""

from __future__ import annotations

import importlib
import json
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import Error, ExecutionError
from kqlpack.execute.rows import Rows
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kqlpack.execute.result import Result

_T: Final = ScalarType
_UNIX_EPOCH: Final = Datetime.from_datetime(datetime(1970, 1, 1, tzinfo=UTC)).ticks
_NANOSECONDS_PER_TICK: Final = 100
_TICKS_PER: Final = {"s": 10_000_000, "ms": 10_000, "us": 10}
# What stands for a missing time in 64 bits, in Arrow's neighbourhood and in NumPy.
_MISSING: Final = -(2**63)


# ---- out -------------------------------------------------------------------------------------------------------------


def to_arrow(result: Result) -> Any:
    """Return a result as a `pyarrow.Table`. Raises kqlpack.Error where pyarrow is missing."""
    pyarrow = _library("pyarrow", "Result.to_arrow()")
    arrays = _each_column(result, lambda name, type_, cells: _arrow_array(pyarrow, name, type_, cells))
    return pyarrow.Table.from_arrays(arrays, names=[column.name for column in result.columns])


def to_pandas(result: Result) -> Any:
    """Return a result as a `pandas.DataFrame`. Raises kqlpack.Error where pandas is missing."""
    pandas = _library("pandas", "Result.to_pandas()")
    series = _each_column(result, lambda name, type_, cells: _pandas_series(pandas, name, type_, cells))
    # By number first: two columns may have one name.
    frame = pandas.DataFrame(dict(enumerate(series)), index=range(len(result.rows)))
    frame.columns = [column.name for column in result.columns]
    return frame


def _library(name: str, what: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Error(f"{what} needs {name}, which is not installed: pip install {name}") from None


def _each_column(result: Result, convert: Callable[[str, ScalarType, list[Any]], Any]) -> list[Any]:
    converted = []
    for index, column in enumerate(result.columns):
        cells = [row[index] for row in result.rows]
        try:
            converted.append(convert(column.name, column.type, cells))
        except (ValueError, TypeError, OverflowError) as error:
            # pyarrow's errors are ValueErrors too, and so is a lone half of a surrogate pair.
            raise Error(f"the column `{column.name}` can't be converted: {error}") from None
    return converted


def _arrow_array(pyarrow: Any, name: str, type_: ScalarType, cells: list[Any]) -> Any:
    if type_ is _T.DATETIME:
        unit, counts = _counted(name, [None if cell is None else cell.ticks - _UNIX_EPOCH for cell in cells])
        return pyarrow.array(counts, type=pyarrow.timestamp(unit, "UTC"))
    if type_ is _T.TIMESPAN:
        unit, counts = _counted(name, [None if cell is None else cell.ticks for cell in cells])
        return pyarrow.array(counts, type=pyarrow.duration(unit))
    if type_ is _T.DECIMAL:
        return pyarrow.array(cells, type=pyarrow.decimal128(38, 18))
    types = {_T.BOOL: pyarrow.bool_(), _T.INT: pyarrow.int32(), _T.LONG: pyarrow.int64(), _T.REAL: pyarrow.float64()}
    if type_ in types:
        return pyarrow.array(cells, type=types[type_])
    return pyarrow.array([_text(cell, type_) for cell in cells], type=pyarrow.string())


def _text(cell: Any, type_: ScalarType) -> str | None:
    """Return what Arrow gets as text: a dynamic value as JSON, for each of its columns holds values of one type."""
    if cell is None:
        return None
    if type_ in {_T.STRING, _T.GUID}:
        return str(cell)
    return json.dumps(cell, ensure_ascii=False, default=str)


def _pandas_series(pandas: Any, name: str, type_: ScalarType, cells: list[Any]) -> Any:
    if type_ is _T.DATETIME:
        unit, counts = _counted(name, [None if cell is None else cell.ticks - _UNIX_EPOCH for cell in cells])
        return pandas.Series(_numpy_times(counts, f"datetime64[{unit}]")).dt.tz_localize("UTC")
    if type_ is _T.TIMESPAN:
        unit, counts = _counted(name, [None if cell is None else cell.ticks for cell in cells])
        return pandas.Series(_numpy_times(counts, f"timedelta64[{unit}]"))
    if type_ is _T.REAL:
        return pandas.Series([math.nan if cell is None else cell for cell in cells], dtype="float64")
    if type_ is _T.GUID:
        cells = [_text(cell, type_) for cell in cells]
    # The types that have a null: a whole number must not become a real one because its neighbour is null.
    types = {_T.BOOL: "boolean", _T.INT: "Int32", _T.LONG: "Int64", _T.STRING: "string", _T.GUID: "string"}
    return pandas.Series(cells, dtype=types.get(type_, "object"))


def _numpy_times(counts: Sequence[int | None], dtype: str) -> Any:
    numpy = importlib.import_module("numpy")  # pandas can't be without it
    return numpy.array([_MISSING if count is None else count for count in counts], dtype="int64").view(dtype)


def _counted(name: str, ticks: Sequence[int | None]) -> tuple[str, list[int | None]]:
    """Return ticks as numbers of nanoseconds, or of microseconds where a nanosecond's 64 bits don't reach."""
    given = [one for one in ticks if one is not None]
    if all(abs(one * _NANOSECONDS_PER_TICK) < -_MISSING for one in given):
        return "ns", [None if one is None else one * _NANOSECONDS_PER_TICK for one in ticks]
    if any(one % _TICKS_PER["us"] for one in given):
        raise Error(
            f"the column `{name}` has times outside of the years 1677 to 2262 and times with a seventh digit after the "
            "second, which no unit of theirs holds together: round it with bin(), or leave the outliers out"
        )
    return "us", [None if one is None else one // _TICKS_PER["us"] for one in ticks]


# ---- in --------------------------------------------------------------------------------------------------------------


def is_arrow(data: Any) -> bool:
    """Tell whether data are an Arrow table or batch."""
    return hasattr(data, "to_pylist") and hasattr(data, "schema")


def is_pandas(data: Any) -> bool:
    """Tell whether data are a pandas frame."""
    return hasattr(data, "to_dict") and hasattr(data, "columns") and hasattr(data, "dtypes")


def arrow_rows(data: Any) -> Rows:
    """Return the rows of an Arrow table, its times exact."""
    names = list(data.schema.names)
    for name in names:
        if names.count(name) > 1:
            raise ExecutionError(f"the Arrow table has the column `{name}` twice, of which one would be lost")
    columns = [_arrow_cells(data.column(index)) for index in range(len(names))]
    return Rows((dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)), names)


def _arrow_cells(column: Any) -> list[Any]:
    pyarrow = importlib.import_module("pyarrow")
    if pyarrow.types.is_timestamp(column.type):
        ticks = _ticks(column.cast(pyarrow.int64()).to_pylist(), column.type.unit)
        return [None if one is None else Datetime(one + _UNIX_EPOCH) for one in ticks]
    if pyarrow.types.is_duration(column.type):
        return [
            None if one is None else Timespan(one)
            for one in _ticks(column.cast(pyarrow.int64()).to_pylist(), column.type.unit)
        ]
    return [plain(cell) for cell in column.to_pylist()]


def _ticks(counts: Iterable[int | None], unit: str) -> list[int | None]:
    if unit == "ns":
        return [None if count is None else count // _NANOSECONDS_PER_TICK for count in counts]
    return [None if count is None else count * _TICKS_PER[unit] for count in counts]


def pandas_rows(data: Any) -> Rows:
    """Return the rows of a pandas frame; NaN, NaT and NA are its words for null."""
    if not data.columns.is_unique:
        raise ExecutionError("the pandas frame has two columns of one name, of which one would be lost")
    rows = (
        {name: None if isinstance(cell, float) and math.isnan(cell) else plain(cell) for name, cell in row.items()}
        for row in data.to_dict("records")
    )
    return Rows(rows, data.columns)


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row without values of pandas's and NumPy's own types."""
    return {name: plain(cell) for name, cell in row.items()}


def plain(cell: Any) -> Any:
    """Return a value of pandas or NumPy as Python's or kqlpack's; any other as it is."""
    room = type(cell).__module__.partition(".")[0]
    if room == "numpy":
        return _numpy_time(cell) if cell.dtype.kind in "mM" and not cell.ndim else cell.tolist()
    if room != "pandas":
        return cell
    if type(cell).__name__ in {"NaTType", "NAType"}:
        return None
    if isinstance(cell, datetime):
        whole: datetime = cell.to_pydatetime(warn=False)  # type: ignore[attr-defined]  # pandas.Timestamp
        return Datetime(Datetime.from_datetime(whole).ticks + cell.nanosecond // _NANOSECONDS_PER_TICK)  # type: ignore[attr-defined]
    if isinstance(cell, timedelta):
        # pandas.Timedelta: its whole microseconds are below it, so that the rest is never negative.
        microseconds = (cell.days * 86_400 + cell.seconds) * 1_000_000 + cell.microseconds
        rest = cell.nanoseconds // _NANOSECONDS_PER_TICK  # type: ignore[attr-defined]
        return Timespan(microseconds * _TICKS_PER["us"] + rest)
    return cell


def _numpy_time(cell: Any) -> Datetime | Timespan | None:
    """Return what datetime64 and timedelta64 stand for: Python's types have room for the microseconds only."""
    is_instant = cell.dtype.kind == "M"
    whole = cell.astype("datetime64[us]" if is_instant else "timedelta64[us]")
    value = whole.tolist()
    if value is None:
        return None
    rest = int((cell - whole).astype("timedelta64[ns]").astype("int64")) // _NANOSECONDS_PER_TICK
    if is_instant:
        return Datetime(Datetime.from_datetime(value).ticks + rest)
    return Timespan(Timespan.from_timedelta(value).ticks + rest)
