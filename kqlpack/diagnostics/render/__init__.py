"""Findings as text for people and programs: one module per format, found by their names.

In: diagnostics, what was checked, and how kqlpack was run. Out: the whole output, ending in a line end.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

from kqlpack.diagnostics.run import UNKNOWN_RUN, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic


class _Format(Protocol):
    def render(
        self, diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN
    ) -> str:
        """Return the output."""


def formats() -> tuple[str, ...]:
    """Return the names of the formats: the modules of this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def render(
    format: str,
    diagnostics: Iterable[Diagnostic],
    checked: Checked,
    *,
    color: bool = False,
    run: Run = UNKNOWN_RUN,
) -> str:
    """Return the findings in the format of this name. Only formats for people take `color` to heart.

    Formats of services want to know of the `run`; what it does not tell, they leave out.

    Raises KeyError for a name that is not in `formats()`.
    """
    if format not in formats():
        raise KeyError(format)
    module = cast("_Format", importlib.import_module(f"{__name__}.{format}"))
    text = module.render(diagnostics, checked, color=color, run=run)
    # A path may hold what no encoding can write (lone surrogates); it is then told as an escape.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
