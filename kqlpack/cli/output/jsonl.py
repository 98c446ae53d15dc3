"""One JSON object a line, in column order. In: `Result`. Out: JSON Lines; nothing at all where there are no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from kqlpack.cli.output._cells import json_text, unique

if TYPE_CHECKING:
    from kqlpack.execute.result import Result


def write(result: Result, stream: TextIO) -> None:
    """Write the rows; their values are those of the format `json`."""
    names = unique(column.name for column in result.columns)
    stream.writelines(json_text(dict(zip(names, row, strict=True)), stream) + "\n" for row in result.rows)
