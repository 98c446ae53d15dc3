"""Findings as a table in Markdown, for the summary of a pull request or a job.

Names from queries stand in it: whatever they hold, it is text there, and no link, image or tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics.frame import visible
from kqlpack.diagnostics.model import Severity
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run
from kqlpack.diagnostics.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic

# GitHub takes 1 MiB for a step's summary, and drops it as a whole where it is longer.
MOST_BYTES: Final = 900_000
_SIGNS: Final = {Severity.ERROR: "🔴 error", Severity.WARNING: "🟡 warning", Severity.INFO: "🔵 info"}
# All that begins something in Markdown, inside of a line, or that GitHub makes a link of.
_SPECIAL: Final = re.compile(r"[\\`*_\[\]#|<>&~:@$]|(?<=www)\.|^[-+=]")


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return a heading, the table, and the summary."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    last = "\n\n".join(text(row) for row in summary(ordered, checked).split("\n"))
    if not ordered:
        return f"### kqlpack lint\n\n{last}\n"
    rows = ["| | where | rule | finding |", "| --- | --- | --- | --- |"]
    size = 0
    for number, diagnostic in enumerate(ordered):
        row = _row(diagnostic, run)
        size += len(row.encode("utf-8", "backslashreplace")) + 1
        if size > MOST_BYTES:
            last = f"{len(ordered) - number} more findings are left out here.\n\n{last}"
            break
        rows.append(row)
    return "\n".join(["### kqlpack lint", "", *rows, "", last]) + "\n"


def text(plain: str) -> str:
    """Return a text of one line as Markdown that shows it; what stands in backticks becomes code."""
    parts = visible(plain).split("`")
    if len(parts) % 2 == 0:
        # The last backtick opens nothing.
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(_code(part) if index % 2 else _escape(part) for index, part in enumerate(parts))


def _row(diagnostic: Diagnostic, run: Run) -> str:
    line, _ = diagnostic.file.line_column(diagnostic.span.start)
    place = _code(f"{visible(from_root(diagnostic.file.path, run.root))}:{line}")
    finding = text(diagnostic.message)
    if diagnostic.help:
        finding += f"<br>{text(diagnostic.help)}"
    return f"| {_SIGNS[diagnostic.severity]} | {place} | {_escape(diagnostic.rule)} | {finding} |"


def _code(content: str) -> str:
    if not content:
        return _escape("``")
    # A pipe would end the cell and a backslash before it makes parsers disagree; spaces at the ends are cut off.
    if "|" in content or "\\" in content or "`" in content or content != content.strip():
        return f"<code>{_escape(content)}</code>"
    return f"`{content}`"


def _escape(plain: str) -> str:
    return _SPECIAL.sub(lambda match: f"&#{ord(match.group())};", plain)
