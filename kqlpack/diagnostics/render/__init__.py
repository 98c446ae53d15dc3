"""Findings as text for people and programs: one module per format, found by their names.

In: diagnostics and what was checked. Out: the whole output, ending in a line end.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic


class _Format(Protocol):
    def render(self, diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False) -> str:
        """Return the output."""


def formats() -> tuple[str, ...]:
    """Return the names of the formats: the modules of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def render(format: str, diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False) -> str:
    """Return the findings in the format of this name. Only formats for people take `color` to heart.

    Raises KeyError for a name that is not in `formats()`.
    """
    if format not in formats():
        raise KeyError(format)
    module = cast("_Format", importlib.import_module(f"{__name__}.{format}"))
    return module.render(diagnostics, checked, color=color)
