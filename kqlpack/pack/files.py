"""The files of a pack, read. In: a path. Out: a `SourceFile`, or a finding that says why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.pack.findings import UNREADABLE_FILE, Findings
from kqlpack.source import SourceFile, Span, explain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# A pack of thousands of queries stays below this by far; what lies above was not written by people.
_MAX_CHARACTERS: Final = 20_000_000


def read_file(path: Path, texts: Mapping[str, str], findings: Findings, help: str) -> SourceFile | None:
    """Read a file, or take its text from `texts`. None, and a finding, when that can't be done."""
    given = texts.get(str(path))
    if given is not None:
        return SourceFile(str(path), given.removeprefix("\ufeff"), byte_order_mark=given.startswith("\ufeff"))
    missing = SourceFile(str(path), "")
    try:
        file = SourceFile.read(path)
    except UnicodeDecodeError as error:
        message = f"`{path.name}` {explain(error)}, so that nothing of it is read: save it as UTF-8"
        findings.add(UNREADABLE_FILE, missing, Span(0, 0), message)
        return None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "that is not a path").lower()
        findings.add(UNREADABLE_FILE, missing, Span(0, 0), f"`{path}` can't be read: {reason}", help)
        return None
    if len(file.text) > _MAX_CHARACTERS:
        message = f"`{path.name}` has more than {_MAX_CHARACTERS} characters and is not read"
        findings.add(UNREADABLE_FILE, missing, Span(0, 0), message, "part it into several files")
        return None
    return file
