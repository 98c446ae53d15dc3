"""A table for pull requests and reports. In: `Result`. Out: Markdown's pipe table (GitHub Flavored Markdown).

A cell shows as the text that it is: what Markdown or HTML would take for itself is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TextIO

from kqlpack.cli.output._cells import text, visible

if TYPE_CHECKING:
    from kqlpack.execute.result import Result

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>|~&!#]")


def write(result: Result, stream: TextIO) -> None:
    """Write a header, its rule with numbers to the right, the rows; a sentence where there are none."""
    if result.columns:
        stream.write(_line([_cell(column.name, stream) for column in result.columns]))
        stream.write(_line(["---:" if column.type.is_numeric else "---" for column in result.columns]))
        stream.writelines(_line([_cell(text(value), stream) for value in row]) for row in result.rows)
    if not result.rows:
        stream.write("\nno rows\n" if result.columns else "no rows\n")


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cell(value: str, stream: TextIO) -> str:
    lines = (_SPECIAL.sub(r"\\\g<0>", line) for line in _LINE_END.split(value))
    return visible("<br>".join(lines), stream)
