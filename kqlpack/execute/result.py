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
