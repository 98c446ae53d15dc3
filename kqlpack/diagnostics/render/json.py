"""Findings for programs: one JSON object. The same findings give the same bytes, in whatever order they come."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kqlpack.diagnostics.fingerprint import fingerprint
from kqlpack.diagnostics.run import UNKNOWN_RUN, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic, Fix
    from kqlpack.source import SourceFile, Span

VERSION = 1


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the object: `version`, `checked`, `diagnostics`. Non-ASCII characters are written as escapes."""
    document = {
        "version": VERSION,
        "checked": {
            "files": checked.files,
            "packs": checked.packs,
            "queries": checked.queries,
            "variants": checked.variants,
            "skipped": [{"path": skipped.path, "reason": skipped.reason} for skipped in checked.skipped],
            **({} if checked.hidden is None else {"hidden": checked.hidden}),
        },
        "diagnostics": objects(diagnostics),
    }
    return json.dumps(document, indent=2) + "\n"


def objects(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return the findings, sorted."""
    return sorted((as_object(diagnostic) for diagnostic in diagnostics), key=_order)


def as_object(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return one finding. Lines and columns count from 1, offsets from 0, all in characters of the file."""
    return {
        "code": diagnostic.code,
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "url": diagnostic.url,
        "path": diagnostic.file.path,
        "query": diagnostic.query,
        "parameters": dict(diagnostic.parameters),
        "range": json_range(diagnostic.file, diagnostic.span),
        "related": [
            {"path": note.file.path, "range": json_range(note.file, note.span), "message": note.text}
            for note in diagnostic.related
        ],
        "fix": _fix(diagnostic.file, diagnostic.fix) if diagnostic.fix else None,
        "fingerprint": fingerprint(diagnostic),
    }


def _order(found: dict[str, Any]) -> tuple[str, int, str, str]:
    return found["path"], found["range"]["start"]["offset"], found["code"], json.dumps(found, sort_keys=True)


def _fix(file: SourceFile, fix: Fix) -> dict[str, Any]:
    edits = sorted(fix.edits, key=lambda edit: (edit.span, edit.text))
    return {
        "title": fix.title,
        "applicability": fix.applicability.value,
        "edits": [{"path": file.path, "range": json_range(file, edit.span), "text": edit.text} for edit in edits],
    }


def json_range(file: SourceFile, span: Span) -> dict[str, dict[str, int]]:
    """Return a place as every JSON of kqlpack has it: lines and columns from 1, offsets in characters from 0."""
    return {"start": _position(file, span.start), "end": _position(file, span.end)}


def _position(file: SourceFile, offset: int) -> dict[str, int]:
    line, column = file.line_column(offset)
    return {"line": line, "column": column, "offset": offset}
