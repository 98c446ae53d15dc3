"""Findings as GitHub's workflow commands, which become annotations; below them, in the log, a line for each other one.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands. GitHub shows ten annotations of a
kind for a step and drops the others.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics.frame import visible
from kqlpack.diagnostics.model import Severity
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.render.concise import line
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run
from kqlpack.diagnostics.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic

MOST_OF_A_KIND: Final = 10
_KINDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_MESSAGE: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the commands, what is more than GitHub shows, and the summary."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    commands, rest = [], []
    seen: Counter[Severity] = Counter()
    for diagnostic in ordered:
        seen[diagnostic.severity] += 1
        if seen[diagnostic.severity] <= MOST_OF_A_KIND:
            commands.append(_command(diagnostic, run))
        else:
            rest.append(line(diagnostic))
    if rest:
        rest.insert(0, f"Not annotated, since GitHub shows {MOST_OF_A_KIND} of a kind:")
    plain = "\n".join([*rest, summary(ordered, checked)])
    return "\n".join([*commands, without_commands(plain)]) + "\n"


def without_commands(text: str) -> str:
    """Return a text in which the runner finds no command, whatever names and queries hold that are quoted in it."""
    # Commands of today begin a line; those of old (`##[...]`) are found anywhere in it.
    lines = text.replace("##[", "## [").split("\n")
    return "\n".join(f"' {one}" if one.lstrip().startswith("::") else one for one in lines)


def _command(diagnostic: Diagnostic, run: Run) -> str:
    row, column = diagnostic.file.line_column(diagnostic.span.start)
    end_row, end_column = diagnostic.file.line_column(diagnostic.span.end)
    properties = {"file": from_root(diagnostic.file.path, run.root), "line": str(row), "endLine": str(end_row)}
    # GitHub takes columns within one line only; the last one is part of the place.
    if end_row == row:
        properties |= {"col": str(column), "endColumn": str(max(end_column - 1, column))}
    properties["title"] = f"{diagnostic.rule} ({diagnostic.code})"
    message = visible(diagnostic.message)
    if diagnostic.help:
        message = f"{message}\nhelp: {visible(diagnostic.help)}"
    listed = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{_KINDS[diagnostic.severity]} {listed}::{message.translate(_IN_MESSAGE)}"
