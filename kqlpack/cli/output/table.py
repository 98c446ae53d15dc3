"""A table for people at a terminal. In: `Result`. Out: ruled columns, and how many rows there are.

What does not fit is cropped with an ellipsis, columns that don't fit are counted below: the other formats have it all.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Final, TextIO

from kqlpack.cli.output._cells import encodable, text, visible
from kqlpack.cli.streams import has_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.execute.result import Result

# A cell's width: what it gets at most, and what a cropped one keeps at least.
_WIDEST: Final = 60
_NARROWEST: Final = 10
# In a file there is no screen to fit.
_FILE_WIDTH: Final = 100_000
# What a line of words may take there.
_LINE: Final = 120
# Nobody reads more at a terminal, and drawing takes long.
_MOST_ROWS: Final = 1_000
# The rules between columns: a space on either side, and a bar.
_RULE: Final = 3


def write(result: Result, stream: TextIO) -> None:
    """Write the table and a line with the number of rows; colours only on a terminal."""
    from rich.box import SQUARE
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_screen = stream.isatty()
    width = None if is_screen else _FILE_WIDTH
    console = Console(file=stream, force_terminal=is_screen, width=width, highlight=False, emoji=False, markup=False)
    rows = [[_cropped(visible(text(cell), stream), stream) for cell in row] for row in result.rows[:_MOST_ROWS]]
    names = [_cropped(visible(column.name, stream), stream) for column in result.columns]
    widths = [max(cell_len(cell) for cell in column) for column in zip(names, *rows, strict=True)]
    shown = _fitting(widths, console.width)
    if not rows and not is_screen and sum(widths) + _RULE * len(widths) > _LINE:
        listed = ", ".join(visible(column.name, stream) for column in result.columns)
        stream.write(fill(f"no rows; the columns are {listed}", _LINE, break_long_words=False) + "\n")
    elif shown:
        table = Table(box=SQUARE, header_style="bold" if has_colors(stream) else "")
        widths = _shared(widths[:shown], console.width)
        for name, column, cells in zip(names[:shown], result.columns, widths, strict=False):
            table.add_column(
                Text(name),
                width=cells,
                justify="right" if column.type.is_numeric else "left",
                no_wrap=True,
                overflow="ellipsis" if _takes_ellipsis(stream) else "crop",
            )
        for row in rows:
            table.add_row(*(Text(cell) for cell in row[:shown]))
        console.print(table)
        stream.write(_footer(len(result.rows), [column.name for column in result.columns][shown:], stream))
    else:
        stream.write(_footer(len(result.rows), [], stream))
    if result.note:
        stream.write(visible(result.note, stream) + "\n")


def _takes_ellipsis(stream: TextIO) -> bool:
    return encodable("…", stream) == "…"


def _cropped(cell: str, stream: TextIO) -> str:
    if len(cell) <= _WIDEST:
        return cell
    end = "…" if _takes_ellipsis(stream) else "..."
    return cell[: _WIDEST - len(end)] + end


def _fitting(widths: Sequence[int], room: int) -> int:
    """Return how many columns fit when each keeps its width, or the least that a cropped one keeps."""
    used = 1
    for shown, width in enumerate(widths):
        used += min(width, _NARROWEST) + _RULE
        if used > room:
            return max(shown, 1)
    return len(widths)


def _shared(widths: Sequence[int], room: int) -> list[int]:
    """Return the columns' widths for this room: what is narrow, as numbers are, keeps its own, the widest give way."""
    available = room - 1 - _RULE * len(widths)
    cap = max(widths, default=0)
    while cap > 1 and sum(min(width, cap) for width in widths) > available:
        cap -= 1
    return [min(width, cap) for width in widths]


def _footer(rows: int, hidden: Sequence[str], stream: TextIO) -> str:
    if not rows:
        words = "no rows"
    elif rows > _MOST_ROWS:
        words = f"{_MOST_ROWS:,} of {rows:,} rows; other formats give all (--format csv)"
    else:
        words = "1 row" if rows == 1 else f"{rows:,} rows"
    if hidden:
        names = ", ".join(visible(name, stream) for name in hidden[:5]) + (", ..." if len(hidden) > 5 else "")
        columns = "1 column does" if len(hidden) == 1 else f"{len(hidden)} columns do"
        words += f"; {columns} not fit: {names} (--format json)"
    return words + "\n"
