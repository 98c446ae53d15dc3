"""Texts that come in and go out. In: standard input, texts before and after. Out: text, differences, bytes as they are.

Standard input is UTF-8 whatever the system's own encoding is, and what is written for a program keeps its line ends.
"""

from __future__ import annotations

import difflib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kqlpack.source import SourceFile, decode, explain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics import Diagnostic

_BYTE_ORDER_MARK = "\ufeff"


class Stopped(click.ClickException):
    """What a command can't go on from, told in a line (exit code 2). How the command was called is not at fault."""

    def show(self, file: Any = None) -> None:
        """Print the message, to standard error where no stream is given."""
        click.echo(f"kqlpack: {self.message}", file=file or sys.stderr)


def read_standard_input(name: str) -> SourceFile:
    """Return what comes from standard input as a file of that name."""
    if sys.stdin is None or sys.stdin.closed:
        raise Stopped("there is no standard input to read")
    try:
        text = decode(sys.stdin.buffer.read())
    except UnicodeDecodeError as error:
        raise Stopped(f"standard input {explain(error)}: save it as UTF-8") from None
    except OSError as error:
        raise cannot("standard input", "read", error) from None
    return SourceFile(name, text.removeprefix(_BYTE_ORDER_MARK), byte_order_mark=text.startswith(_BYTE_ORDER_MARK))


def write_standard_output(file: SourceFile, text: str) -> None:
    """Write a file's new text, with the byte-order mark that it had; a text stream would change its line ends."""
    sys.stdout.flush()
    marked = _BYTE_ORDER_MARK + text if file.byte_order_mark else text
    sys.stdout.buffer.write(marked.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def show_differences(changed: Iterable[tuple[SourceFile, str]]) -> None:
    """Print how the texts of files would change."""
    for file, text in changed:
        lines = difflib.unified_diff(_lines(file, file.text), _lines(file, text), fromfile=file.path, tofile=file.path)
        for line in lines:
            click.echo(line, nl=False)
            if not line.endswith("\n"):
                click.echo("\n\\ No newline at end of file")


def _lines(file: SourceFile, text: str) -> list[str]:
    """Return a file's lines as `patch` counts them: it knows no other line end than LF, and a mark at the head."""
    marked = _BYTE_ORDER_MARK + text if file.byte_order_mark else text
    return [line + "\n" for line in marked.split("\n")[:-1]] + [line for line in marked.split("\n")[-1:] if line]


def is_unread(found: Diagnostic, named: Iterable[str]) -> bool:
    """Tell whether a finding says that a path, named on the command line, could not be read: file or pack."""
    from kqlpack.pipeline.discover import PACK_FILES

    if found.rule != "unreadable-file":
        return False
    path = Path(found.file.path).absolute()
    stands_for_it = {path, path.parent} if path.name in PACK_FILES else {path}
    return any(Path(name).absolute() in stands_for_it for name in named)


def save(file: SourceFile, text: str) -> None:
    """Write a file's new text into it; a file that can't be written to stops the command."""
    try:
        file.write(text)
    except OSError as error:
        raise cannot(file.path, "written", error) from None


def cannot(path: object, done: str, error: OSError) -> Stopped:
    """Return the error for a path that can't be `read` or `written`, in the system's words."""
    return Stopped(f"`{path}` can't be {done}: {(error.strerror or str(error)).lower()}")


def has_colors(stream: Any) -> bool:
    """Tell whether colours may go to a stream. https://no-color.org."""
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR")


def take_any_character() -> None:
    """Let standard output print what its encoding lacks (Windows, when it is redirected) as escapes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
