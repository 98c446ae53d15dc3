"""Findings for people: each with the author's own lines, what is wrong in them, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics.frame import MAX_WIDTH, MIN_WIDTH, Mark, Style, frame, gutter_width, paint, visible
from kqlpack.diagnostics.model import Applicability, Severity
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run
from kqlpack.diagnostics.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Annotation, Diagnostic
    from kqlpack.source import SourceFile

_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.INFO}
_HOW = {
    Applicability.SAFE: " [*]",
    Applicability.UNSAFE: " (unsafe: may change what the query finds)",
    Applicability.DISPLAY_ONLY: " (by hand)",
}

_NAME = re.compile("`[^`]+`")


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return every finding with its frame, and the summary."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    blocks = [message(diagnostic, color=color, width=run.width) for diagnostic in ordered]
    return "\n\n".join([*blocks, summary(ordered, checked, color=color)]) + "\n"


def message(diagnostic: Diagnostic, *, color: bool = False, width: int = 0) -> str:
    """Return one finding: head line, frames, notes; without a line end after it. `width`: the terminal's, if it is."""
    style = _STYLES[diagnostic.severity]
    place = paint(_place(diagnostic.file, diagnostic.primary), Style.PLACE, color=color)
    severity = paint(diagnostic.severity.value, style, color=color)
    rows = [f"{place} {severity} [{diagnostic.rule}] {_with_names(visible(diagnostic.message), color=color)}"]
    marks = _marks(diagnostic, style)
    gutter = max((gutter_width(file, of_file) for file, of_file in marks.items()), default=0)
    # Behind the number stand a bar, a space, and, where a line is cut, one dot at each end.
    columns = min(max(width - gutter - 5, MIN_WIDTH), MAX_WIDTH) if width else MAX_WIDTH
    for file, of_file in marks.items():
        if file is not diagnostic.file:
            first = min(of_file, key=lambda mark: mark.span).span
            line, column = file.line_column(first.start)
            where = f"{' ' * gutter}--> {visible(file.path)}:{line}:{column}"
            rows.append(paint(where, Style.GUTTER, color=color))
        rows.extend(frame(file, of_file, gutter=gutter, color=color, width=columns))
    if marks:
        rows.append(paint(f"{' ' * gutter} |", Style.GUTTER, color=color))
    rows.extend(_notes(diagnostic, color=color))
    return "\n".join(rows)


def _with_names(message: str, *, color: bool) -> str:
    """Return a message in which the things in backticks stand out."""
    return _NAME.sub(lambda match: paint(match.group(), Style.PLACE, color=color), message)


def _place(file: SourceFile, annotation: Annotation) -> str:
    line, column = file.line_column(annotation.span.start)
    return f"{visible(file.path)}:{line}:{column}"


def _marks(diagnostic: Diagnostic, style: Style) -> dict[SourceFile, list[Mark]]:
    marks = {diagnostic.file: [Mark(diagnostic.span, diagnostic.primary.text, "^", style)]}
    for note in diagnostic.related:
        marks.setdefault(note.file, []).append(Mark(note.span, note.text, "-", Style.NOTE))
    # Of a file that is not there, or that holds nothing, no line can be shown.
    return {file: of_file for file, of_file in marks.items() if file.text}


def _notes(diagnostic: Diagnostic, *, color: bool) -> list[str]:
    rows = []
    if diagnostic.query or diagnostic.parameters:
        values = ", ".join(f"{name}: {value}" for name, value in diagnostic.parameters)
        query = f"query `{diagnostic.query}`" if diagnostic.query else "the query"
        rows.append(("in", Style.NOTE, f"{query} rendered with {{{values}}}" if values else query))
    if diagnostic.help:
        rows.append(("help", Style.HELP, diagnostic.help))
    if diagnostic.fix:
        rows.append(("fix", Style.HELP, diagnostic.fix.title + _HOW[diagnostic.fix.applicability]))
    return [
        f"  {paint(f'{word}:', style, color=color)} {_with_names(visible(text), color=color)}"
        for word, style, text in rows
    ]
