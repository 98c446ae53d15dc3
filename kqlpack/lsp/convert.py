"""Between LSP's places and kqlpack's. In: positions (a line, and units of its text), URIs. Out: offsets and paths.

LSP counts lines from 0, and within a line in UTF-16 units, unless client and server have agreed on others.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path

from kqlpack.source import Span

if TYPE_CHECKING:
    from kqlpack.source import SourceFile

# Up to here the lines that stay are told from those that change; what is longer is replaced as a whole.
_MOST_LINES: Final = 5_000
_CODECS: Final = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_WIDTHS: Final = {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}


@dataclass(frozen=True, slots=True)
class Places:
    """Turns places into each other, in the units of one encoding."""

    encoding: types.PositionEncodingKind | str | None = types.PositionEncodingKind.Utf16

    def offset(self, file: SourceFile, position: types.Position) -> int:
        """Return the offset of a position; one behind a line's end is that end, one behind the text the text's."""
        line = position.line + 1
        if line < 1:
            return 0
        if line > len(file.line_starts):
            return len(file.text)
        text = file.line_text(line)
        return file.line_starts[line - 1] + self._characters(text, max(position.character, 0))

    def position(self, file: SourceFile, offset: int) -> types.Position:
        """Return the position of an offset."""
        line, column = file.line_column(offset)
        start = offset - column + 1
        return types.Position(line - 1, self._units(file.text[start:offset]))

    def range(self, file: SourceFile, span: Span) -> types.Range:
        """Return the range of a span."""
        return types.Range(self.position(file, span.start), self.position(file, span.end))

    def span(self, file: SourceFile, range: types.Range) -> Span:
        """Return the span of a range; one that ends before it begins is empty."""
        start = self.offset(file, range.start)
        return Span(start, max(start, self.offset(file, range.end)))

    def edits(self, file: SourceFile, new_text: str) -> list[types.TextEdit]:
        """Return the edits that make a file's text another one: lines that stay are not touched."""
        old, new = file.text.splitlines(keepends=True), new_text.splitlines(keepends=True)
        if len(old) + len(new) > _MOST_LINES:
            return [types.TextEdit(self.range(file, Span(0, len(file.text))), new_text)]
        starts = [0]
        for line in old:
            starts.append(starts[-1] + len(line))
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        return [
            types.TextEdit(self.range(file, Span(starts[first], starts[last])), "".join(new[start:end]))
            for what, first, last, start, end in matcher.get_opcodes()
            if what != "equal"
        ]

    def _codec(self) -> str:
        name = self.encoding.value if isinstance(self.encoding, types.PositionEncodingKind) else self.encoding
        return _CODECS.get(name or "", "utf-16-le")

    def _units(self, text: str) -> int:
        if text.isascii():
            return len(text)
        codec = self._codec()
        return len(text.encode(codec, "surrogatepass")) // _WIDTHS[codec]

    def _characters(self, text: str, units: int) -> int:
        """Return how many characters of a line that many units are; half of a character is none."""
        if text.isascii():
            return min(units, len(text))
        codec = self._codec()
        part = text.encode(codec, "surrogatepass")[: units * _WIDTHS[codec]]
        return len(part.decode(codec, "ignore"))


def path_of(uri: str, language: str) -> Path | None:
    """Return the path of a document; one that was never saved has a name of its language. None: it is nothing of ours.

    The path need not exist.
    """
    try:
        found = to_fs_path(uri)
    except ValueError:
        return None
    if found:
        # A NUL is in no path, and would raise in whatever asks the disk.
        return None if "\0" in found else Path(found)
    if language.lower() in {"kql", "kusto", "csl"}:
        name = "".join(character for character in uri.rsplit("/", 1)[-1] if character.isalnum() or character in "-_.")
        return Path(f"{name or 'untitled'}.kql")
    return None


def uri_of(path: str) -> str:
    """Return the URI of a file."""
    return from_fs_path(str(Path(path).absolute())) or ""
