"""Findings for GitLab's code quality report: a list in JSON.

https://docs.gitlab.com/ci/testing/code_quality/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics.fingerprint import distinct
from kqlpack.diagnostics.model import Severity
from kqlpack.diagnostics.places import from_root
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic

# Of GitLab's words, `blocker` and `critical` stay free: a finding is never known to stop or break anything.
_SEVERITIES: Final = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the list. Of entries with one fingerprint GitLab would show the first, so each has its own."""
    ordered = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
    entries = []
    for diagnostic, fingerprint in zip(ordered, distinct(ordered), strict=True):
        first, _ = diagnostic.file.line_column(diagnostic.span.start)
        last, _ = diagnostic.file.line_column(diagnostic.span.end)
        entries.append(
            {
                "description": f"{diagnostic.message}; {diagnostic.help}" if diagnostic.help else diagnostic.message,
                "check_name": diagnostic.rule,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES[diagnostic.severity],
                "location": {
                    "path": from_root(diagnostic.file.path, run.root),
                    "lines": {"begin": first, "end": last},
                },
            }
        )
    return json.dumps(entries, indent=2) + "\n"
