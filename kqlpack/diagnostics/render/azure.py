"""Findings as the logging commands of Azure Pipelines, which become issues of the run; what is no issue is a line.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands knows errors and warnings only.
"""

from __future__ import annotations

import re
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

_IN_MESSAGE: Final = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY: Final = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A", ";": "%3B", "]": "%5D"})


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the commands, a line for each finding that is none, and the summary."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    commands = [_command(one, run) for one in ordered if one.severity is not Severity.INFO]
    plain = [line(one) for one in ordered if one.severity is Severity.INFO]
    return "\n".join([*commands, without_commands("\n".join([*plain, summary(ordered, checked)]))]) + "\n"


def without_commands(text: str) -> str:
    """Return a text in which the agent finds no command, whatever names and queries hold that are quoted in it."""
    return re.sub(r"(?i)##(?=(?:vso)?\[)", "## ", text)


def _command(diagnostic: Diagnostic, run: Run) -> str:
    row, column = diagnostic.file.line_column(diagnostic.span.start)
    properties = {
        "type": diagnostic.severity.value,
        "sourcepath": from_root(diagnostic.file.path, run.root),
        "linenumber": str(row),
        "columnnumber": str(column),
        "code": diagnostic.code,
    }
    message = f"[{diagnostic.rule}] {visible(diagnostic.message)}"
    if diagnostic.help:
        message = f"{message}; {visible(diagnostic.help)}"
    listed = "".join(f"{name}={value.translate(_IN_PROPERTY)};" for name, value in properties.items())
    return f"##vso[task.logissue {listed}]{message.translate(_IN_MESSAGE)}"
