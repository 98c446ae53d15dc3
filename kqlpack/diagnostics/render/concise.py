"""Findings in one line each, for people and `grep`: place, severity, rule, message; `[*]` where `--fix` mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics.frame import visible
from kqlpack.diagnostics.model import Applicability
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run
from kqlpack.diagnostics.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return a line per finding, and the summary."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    return "\n".join([*(line(diagnostic) for diagnostic in ordered), summary(ordered, checked)]) + "\n"


def line(diagnostic: Diagnostic) -> str:
    """Return one finding, without a line end."""
    row, column = diagnostic.file.line_column(diagnostic.span.start)
    place = f"{visible(diagnostic.file.path)}:{row}:{column}"
    is_safe = diagnostic.fix is not None and diagnostic.fix.applicability is Applicability.SAFE
    mark = " [*]" if is_safe else ""
    return f"{place} {diagnostic.severity.value} [{diagnostic.rule}]{mark} {visible(diagnostic.message)}"
