"""Comma-separated values for other programs. In: `Result`. Out: RFC 4180, with a header line.

Null is an empty field, a dynamic value is JSON. A file gets the characters as they are; a terminal gets control
characters as visible escapes.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

from kqlpack.cli.output._cells import encodable, text, visible

if TYPE_CHECKING:
    from kqlpack.execute.result import Result


def write(result: Result, stream: TextIO) -> None:
    """Write a header and the rows; nothing at all where there are no columns."""
    if not result.columns:
        return
    shown = visible if stream.isatty() else encodable
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([shown(column.name, stream) for column in result.columns])
    for row in result.rows:
        writer.writerow([shown(text(cell), stream) for cell in row])
