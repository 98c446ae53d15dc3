"""Findings to print: made by saying where, in words of the text."""

from __future__ import annotations

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity
from kqlpack.source import SourceFile, Span


def place(file: SourceFile, words: str, text: str = "") -> Annotation:
    start = file.text.index(words)
    return Annotation(file, Span(start, start + len(words)), text)


def finding(
    file: SourceFile,
    words: str,
    *related: Annotation,
    code: str = "KQL107",
    severity: Severity = Severity.WARNING,
    replacement: str | None = None,
    applicability: Applicability = Applicability.SAFE,
    parameters: tuple[tuple[str, str], ...] = (),
) -> Diagnostic:
    primary = place(file, words)
    fix = None
    if replacement is not None:
        fix = Fix(f"write {replacement}", (Edit(primary.span, replacement),), applicability)
    return Diagnostic(
        code=code,
        rule="string-number-equality",
        severity=severity,
        message="`ResultType` holds text",
        primary=primary,
        related=related,
        help="compare with text",
        fix=fix,
        query="spray",
        parameters=parameters,
    )
