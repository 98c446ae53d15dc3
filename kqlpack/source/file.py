"""A text with a name: turns character offsets into lines and columns. In: text or a path. Out: `SourceFile`."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.source.encoding import decode

if TYPE_CHECKING:
    from os import PathLike

_LINE_END = re.compile(r"\r\n|\n|\r")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """One text, compared by identity.

    `path` is what messages print; it need not exist on disk (a rendered query has the path of its template).
    `text` is without a byte-order mark; `byte_order_mark` says whether one has to be written back.
    """

    path: str
    text: str
    byte_order_mark: bool = False
    _line_starts: list[int] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def read(cls, path: str | PathLike[str]) -> SourceFile:
        """Read a UTF-8 file with its line ends as they are.

        Raises OSError when the file can't be read and UnicodeDecodeError when it is not UTF-8.
        """
        with open(path, "rb") as stream:
            text = decode(stream.read())
        marked = text.startswith(_BYTE_ORDER_MARK)
        return cls(str(path), text[1:] if marked else text, byte_order_mark=marked)

    def write(self, text: str) -> None:
        """Write `text` to the file's path, with the byte-order mark that the file had. Raises OSError."""
        with open(self.path, "w", encoding="utf-8", newline="") as stream:
            stream.write(_BYTE_ORDER_MARK + text if self.byte_order_mark else text)

    @property
    def line_starts(self) -> list[int]:
        """The offset of each line's first character."""
        if not self._line_starts:
            self._line_starts.append(0)
            self._line_starts.extend(match.end() for match in _LINE_END.finditer(self.text))
        return self._line_starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both counted from 1, in characters."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """Return line number `line` (from 1) without its line end."""
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")
