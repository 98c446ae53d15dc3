"""A list of objects, in column order. In: `Result`. Out: JSON, one row a line.

What becomes of numbers, datetimes and dynamic values: see `_cells.plain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from kqlpack.cli.output._cells import json_text, unique

if TYPE_CHECKING:
    from kqlpack.execute.result import Result


def write(result: Result, stream: TextIO) -> None:
    """Write `[`, one object a line, `]`; `[]` where there are no rows."""
    if not result.rows:
        stream.write("[]\n")
        return
    names = unique(column.name for column in result.columns)
    before = "[\n"
    for row in result.rows:
        stream.write(f"{before}  {json_text(dict(zip(names, row, strict=True)), stream)}")
        before = ",\n"
    stream.write("\n]\n")
