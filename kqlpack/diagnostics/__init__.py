"""Findings and fixes. In: places. Out: `Diagnostic` values, moved (`relocate`), applied (`apply`) and printed."""

from kqlpack.diagnostics.apply import apply
from kqlpack.diagnostics.checked import Checked, Skipped
from kqlpack.diagnostics.fingerprint import fingerprint
from kqlpack.diagnostics.model import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.diagnostics.relocate import relocate

__all__ = [
    "Annotation",
    "Applicability",
    "Checked",
    "Diagnostic",
    "Edit",
    "Fix",
    "Severity",
    "Skipped",
    "apply",
    "fingerprint",
    "relocate",
]
