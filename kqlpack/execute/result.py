"""What a query yields, wherever it ran. In: columns and rows. Out: `Result`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kqlpack.catalog import Column


@dataclass(frozen=True, slots=True)
class Result:
    """A table of values.

    Cells: datetime and timespan as `kqlpack.Datetime` and `kqlpack.Timespan`, decimal as Decimal, guid as UUID, dynamic
    as Python values, bool, int and long, real and string as Python's own, null as None.
    `partial` holds the service's words when it gave only part of the answer; `statistics` and `render` are the
    service's, or empty. `sql` is what the embedded engine ran. `note` is a word for the reader of a whole answer (why
    it is empty, say).
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    partial: str = ""
    statistics: dict[str, Any] = field(default_factory=dict)
    render: dict[str, Any] = field(default_factory=dict)
    sql: str = ""
    note: str = ""

    def to_arrow(self) -> Any:
        """Return a `pyarrow.Table`; dynamic values are JSON text in it, guids are text, and times are UTC.

        Raises kqlpack.Error when pyarrow is not installed, or a value has no room in Arrow's type.
        """
        from kqlpack.execute.frames import to_arrow

        return to_arrow(self)

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`, in pandas's types that have a null; dynamic values are Python's, guids are text.

        Raises kqlpack.Error when pandas is not installed, or a value has no room in its type.
        """
        from kqlpack.execute.frames import to_pandas

        return to_pandas(self)
