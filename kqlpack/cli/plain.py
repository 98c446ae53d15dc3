"""One query of a file of plain KQL that may hold several. In: FILE.kql, FILE.kql:2 or `-`. Out: the query's `Part`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.cli.streams import Stopped, cannot, read_standard_input
from kqlpack.pipeline import Part, split
from kqlpack.source import SourceFile, Span, explain

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LISTED: Final = 12
_LONGEST: Final = 60


def read_plain(path: str, number: str | None) -> Part:
    """Return the one query of a file, or the one with this number (from 1); `-` is standard input."""
    source = read_standard_input("<stdin>") if path == "-" else _read(path)
    parts = split(source)
    if number is None and len(parts) == 1:
        return parts[0]
    count = "1 query" if len(parts) == 1 else f"{len(parts)} queries"
    if path == "-":
        raise Stopped(f"standard input holds {count}, parted by blank lines; give one of them")
    listed = "\n  ".join(_listed(path, parts))
    if number is None:
        raise Stopped(f"`{path}` holds {count}, parted by blank lines; name one:\n  {listed}")
    if not number.isdecimal() or not 1 <= int(number) <= len(parts):
        raise Stopped(f"`{path}` has no query `{number}`; it has:\n  {listed}")
    return parts[int(number) - 1]


def _read(path: str) -> SourceFile:
    try:
        return SourceFile.read(path)
    except OSError as error:
        raise cannot(path, "read", error) from None
    except UnicodeDecodeError as error:
        raise Stopped(f"`{path}` {explain(error)}: save it as UTF-8") from None


def _listed(path: str, parts: Sequence[Part]) -> list[str]:
    lines = []
    for number, part in enumerate(parts[:_MOST_LISTED], 1):
        # The line that says most is the first one that is no comment.
        texts = part.file.text.split("\n")
        index = next((at for at, text in enumerate(texts) if text.strip() and not text.strip().startswith("//")), 0)
        offset = len("\n".join(texts[:index])) + (1 if index else 0)
        line, _ = part.map.file.line_column(part.map.locate(Span(offset, offset + 1)).span.start)
        text = " ".join(texts[index].split())
        lines.append(f"{path}:{number}  (line {line}) {text[:_LONGEST]}{'…' if len(text) > _LONGEST else ''}")
    return [*lines, "..."] if len(parts) > _MOST_LISTED else lines
