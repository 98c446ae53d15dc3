"""Comments that suppress a line's findings. In: a file, a line, rules, a reason. Out: the ways to write such a comment.

Which of them leaves the text as it was is for the caller to prove: a `//` in a folded text of YAML hides what follows,
and a `#` in a block is no comment.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Edit
from kqlpack.lint.suppress import holds_suppression
from kqlpack.pack.foreign import JSON_SUFFIXES, YAML_SUFFIXES
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kqlpack.source import SourceFile

# A comment that would make its line longer stands above it.
_WIDTH: Final = 140


def comments(file: SourceFile, line: int, rules: Sequence[str], reason: str) -> Iterator[Edit]:
    """Yield edits that put a comment for some rules at a line (from 1), the likeliest first."""
    suffix = PurePath(file.path).suffix.lower()
    if suffix in JSON_SUFFIXES:
        return
    words = f"kqlpack: ignore[{', '.join(rules)}] {reason}"
    for mark in ("#", "//") if suffix in YAML_SUFFIXES else ("//",):
        at_end, above = _at_end(file, line, f"{mark} {words}"), _above(file, line, f"{mark} {words}")
        text = file.line_text(line)
        # The line's own suppression has its own reason.
        if holds_suppression(text):
            yield above
        else:
            yield from (at_end, above) if len(text.rstrip()) + len(at_end.text) <= _WIDTH else (above, at_end)


def _at_end(file: SourceFile, line: int, comment: str) -> Edit:
    text = file.line_text(line)
    end = file.line_starts[line - 1] + len(text.rstrip(" \t"))
    return Edit(Span(end, end), f" {comment}")


def _above(file: SourceFile, line: int, comment: str) -> Edit:
    text = file.line_text(line)
    start = file.line_starts[line - 1]
    indentation = text[: len(text) - len(text.lstrip())]
    return Edit(Span(start, start), f"{indentation}{comment}{_line_end(file, line)}")


def _line_end(file: SourceFile, line: int) -> str:
    """Return the line end that the file has around a line."""
    for other in (line, line - 1):
        if 0 < other < len(file.line_starts):
            start, end = file.line_starts[other - 1], file.line_starts[other]
            return file.text[start + len(file.line_text(other)) : end] or "\n"
    return "\n"
