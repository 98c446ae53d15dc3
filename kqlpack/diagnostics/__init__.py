"""Findings and fixes. In: places. Out: `Diagnostic` values, moved (`relocate`), applied (`apply`) and printed."""

from kqlpack.diagnostics.apply import apply
from kqlpack.diagnostics.checked import Checked, Skipped, Subject, Suppressed
from kqlpack.diagnostics.fingerprint import fingerprint
from kqlpack.diagnostics.model import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.diagnostics.relocate import relocate
from kqlpack.diagnostics.run import RuleSheet, Run

__all__ = [
    "Annotation",
    "Applicability",
    "Checked",
    "Diagnostic",
    "Edit",
    "Fix",
    "RuleSheet",
    "Run",
    "Severity",
    "Skipped",
    "Subject",
    "Suppressed",
    "apply",
    "fingerprint",
    "relocate",
]
