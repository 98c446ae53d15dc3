"""Findings as SARIF 2.1.0, the interchange format of static analysis, which code scanning services take.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/. Braces in messages stay single, other than 3.11.5 has it: there are no
placeholders in them, and viewers show what they get.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from kqlpack.diagnostics.fingerprint import distinct
from kqlpack.diagnostics.model import Applicability, Severity
from kqlpack.diagnostics.places import uri
from kqlpack.diagnostics.run import UNKNOWN_RUN, RuleSheet, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked, Suppressed
    from kqlpack.diagnostics.model import Annotation, Diagnostic, Fix
    from kqlpack.source import SourceFile, Span

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# What GitHub's code scanning calls the same.
_PROBLEMS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
# A file of one endless line is not repeated with each of its findings.
_MOST_CONTEXT: Final = 2_000
_ROOT: Final = "%SRCROOT%"
_RENDERED: Final = "RENDERED"
_EXIT_CODES: Final = {
    0: "nothing at or above --fail-on was found",
    1: "something at or above --fail-on was found",
    2: "something could not be checked",
}


def render(diagnostics: Iterable[Diagnostic], checked: Checked, *, color: bool = False, run: Run = UNKNOWN_RUN) -> str:
    """Return the log: one run, with the rules, the findings (the suppressed ones too) and the files they are in."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Log(run).run(diagnostics, checked)]}
    return json.dumps(log, indent=2) + "\n"


class _Log:
    """One run in the making: collects the files that findings are in."""

    def __init__(self, run: Run) -> None:
        self._root = run.root
        self._run = run
        self._rules = {rule.code: index for index, rule in enumerate(run.rules)}
        self._artifacts: list[dict[str, Any]] = []
        self._indices: dict[tuple[str, str], int] = {}
        self._texts: dict[str, int] = {}

    def run(self, diagnostics: Iterable[Diagnostic], checked: Checked) -> dict[str, Any]:
        found = sorted(
            [
                *((diagnostic, None) for diagnostic in diagnostics),
                *((suppressed.diagnostic, suppressed) for suppressed in checked.suppressed),
            ],
            key=lambda pair: (pair[0].sort_key, pair[1] is not None),
        )
        names = distinct(diagnostic for diagnostic, _ in found)
        results = [self._result(*pair, name) for pair, name in zip(found, names, strict=True)]
        driver: dict[str, Any] = {"name": "kqlpack", "rules": [_rule(rule) for rule in self._run.rules]}
        if self._run.version:
            driver |= {"version": self._run.version, "semanticVersion": self._run.version}
        return {
            "tool": {"driver": driver},
            "invocations": [self._invocation(checked)],
            "originalUriBaseIds": {
                _ROOT: {"description": {"text": "The folder that paths are told from."}},
                _RENDERED: {"description": {"text": "Queries as their templates rendered; they are no files."}},
            },
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n", "\r"],
            "defaultEncoding": "utf-8",
            "artifacts": self._artifacts,
            "results": results,
        }

    def _invocation(self, checked: Checked) -> dict[str, Any]:
        code = self._run.exit_code
        notifications = [
            {
                "level": "note",
                "message": {"text": f"not checked: {skipped.reason}"},
                "locations": [{"physicalLocation": {"artifactLocation": self._location(skipped.path)}}],
            }
            for skipped in checked.skipped
        ]
        return {
            "executionSuccessful": code in {0, 1},
            "exitCode": code,
            "exitCodeDescription": _EXIT_CODES.get(code, "kqlpack could not go on"),
            "toolExecutionNotifications": notifications,
        }

    def _result(self, diagnostic: Diagnostic, suppressed: Suppressed | None, fingerprint: str) -> dict[str, Any]:
        text = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
        location: dict[str, Any] = {"physicalLocation": self._place(diagnostic.primary)}
        context = _context(diagnostic.file, diagnostic.span)
        if context:
            location["physicalLocation"]["contextRegion"] = context
        if diagnostic.primary.text:
            location["message"] = {"text": diagnostic.primary.text}
        if diagnostic.query:
            location["logicalLocations"] = [{"name": diagnostic.query, "kind": "query"}]
        result: dict[str, Any] = {
            "ruleId": diagnostic.code,
            "level": _LEVELS[diagnostic.severity],
            "message": {"text": text},
            "locations": [location],
            "partialFingerprints": {"kqlpack/v1": fingerprint},
        }
        if diagnostic.code in self._rules:
            result["ruleIndex"] = self._rules[diagnostic.code]
        related = [self._related(note) for note in diagnostic.related]
        if diagnostic.rendered:
            related.append(self._rendered(diagnostic, diagnostic.rendered))
        if related:
            result["relatedLocations"] = [{"id": number, **one} for number, one in enumerate(related, 1)]
        # What is to be done by hand is told by the help: a viewer would apply it.
        if diagnostic.fix and diagnostic.fix.applicability is not Applicability.DISPLAY_ONLY:
            result["fixes"] = [self._fix(diagnostic.file, diagnostic.fix)]
        # Whoever counts takes an empty list for "known not to be suppressed".
        result["suppressions"] = [_suppression(suppressed)] if suppressed else []
        properties: dict[str, Any] = {"rule": diagnostic.rule}
        if diagnostic.parameters:
            properties["parameters"] = dict(diagnostic.parameters)
        result["properties"] = properties
        return result

    def _related(self, note: Annotation) -> dict[str, Any]:
        place = {"physicalLocation": self._place(note)}
        return {"message": {"text": note.text}, **place} if note.text else place

    def _rendered(self, diagnostic: Diagnostic, place: Annotation) -> dict[str, Any]:
        """Return where a finding is in the rendered query, which the log holds since nothing else does."""
        text = place.file.text
        name = diagnostic.query or "query"
        if text not in self._texts:
            location = {"uri": f"{uri(name)[0]}-{len(self._texts) + 1}.kql", "uriBaseId": _RENDERED}
            description = {"text": f"The query {name} as it was rendered"}
            self._texts[text] = self._add({"location": location, "description": description}, text)
            self._artifacts[-1]["contents"] = {"text": text}
        index = self._texts[text]
        return {
            "message": {"text": "in the query as it was rendered"},
            "physicalLocation": {
                "artifactLocation": {**self._artifacts[index]["location"], "index": index},
                "region": _region(place.file, place.span),
            },
        }

    def _place(self, place: Annotation) -> dict[str, Any]:
        return {"artifactLocation": self._file(place.file), "region": _region(place.file, place.span)}

    def _file(self, file: SourceFile) -> dict[str, Any]:
        location = self._location(file.path)
        mark = "\ufeff" if file.byte_order_mark else ""
        # One file may have been read twice; each artifact must be there once.
        key = (location["uri"], mark + file.text)
        if key not in self._indices:
            self._indices[key] = self._add({"location": location}, mark + file.text)
        return {**location, "index": self._indices[key]}

    def _add(self, artifact: dict[str, Any], text: str) -> int:
        content = text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(content).hexdigest()
        self._artifacts.append({**artifact, "length": len(content), "hashes": {"sha-256": digest}})
        return len(self._artifacts) - 1

    def _location(self, path: str) -> dict[str, Any]:
        address, is_relative = uri(path, self._root)
        return {"uri": address, "uriBaseId": _ROOT} if is_relative else {"uri": address}

    def _fix(self, file: SourceFile, fix: Fix) -> dict[str, Any]:
        edits = sorted(fix.edits, key=lambda edit: (edit.span, edit.text))
        replacements = [
            {"deletedRegion": _region(file, edit.span), "insertedContent": {"text": edit.text}} for edit in edits
        ]
        return {
            "description": {"text": fix.title},
            "artifactChanges": [{"artifactLocation": self._file(file), "replacements": replacements}],
            "properties": {"applicability": fix.applicability.value},
        }


def _region(file: SourceFile, span: Span) -> dict[str, int]:
    line, column = file.line_column(span.start)
    end_line, end_column = file.line_column(span.end)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": span.start,
        "charLength": len(span),
    }


def _context(file: SourceFile, span: Span) -> dict[str, Any] | None:
    """Return the lines of a place and the ones around it, for who has not the file; None where that is no more."""
    first = max(file.line_column(span.start)[0] - 1, 1)
    last = min(file.line_column(span.end)[0] + 1, len(file.line_starts))
    end = file.line_starts[last] if last < len(file.line_starts) else len(file.text)
    text = file.text[file.line_starts[first - 1] : end]
    if len(text) <= len(span) or len(text) > _MOST_CONTEXT:
        return None
    return {"startLine": first, "endLine": last, "snippet": {"text": text}}


def _rule(rule: RuleSheet) -> dict[str, Any]:
    # No helpUri: the pages lie beside kqlpack, and have no address of their own.
    return {
        "id": rule.code,
        "name": rule.slug,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _first_paragraph(rule.documentation)},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"enabled": not rule.opt_in, "level": _LEVELS[rule.severity]},
        "properties": {"tags": [str(rule.group)], "problem.severity": _PROBLEMS[rule.severity]},
    }


def _first_paragraph(text: str) -> str:
    """Return what a rule's page says behind its title, up to the first empty line; the title where that is all."""
    title, _, rest = text.partition("\n")
    return " ".join(rest.strip().split("\n\n", 1)[0].split()) or title


def _suppression(suppressed: Suppressed) -> dict[str, Any]:
    result = {"kind": "inSource" if suppressed.in_source else "external", "status": "accepted"}
    return {**result, "justification": suppressed.reason} if suppressed.reason else result
