"""Results as people and programs read them. In: `Result` and a stream of text. Out: what is written there.

One module, one format: each has `write(result, stream)`, and is offered under its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from kqlpack.execute.result import Result


class Writer(Protocol):
    """Writes a whole result."""

    def __call__(self, result: Result, stream: TextIO) -> None:
        """Write `result` to `stream`, with a line end after the last line."""


def formats() -> tuple[str, ...]:
    """Return the names of the formats, sorted: the modules of this folder, but for those that begin with `_`."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")))


def writer(format: str) -> Writer:
    """Return what writes a format. Raises KeyError for a name that `formats` does not have."""
    if format not in formats():
        raise KeyError(format)
    write: Writer = importlib.import_module(f"{__name__}.{format}").write
    return write


def write(result: Result, format: str, stream: TextIO) -> None:
    """Write a result in a format. Raises KeyError for a name that `formats` does not have."""
    writer(format)(result, stream)
