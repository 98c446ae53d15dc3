"""Lints the corpus and mends it. In: records. Out: how many files are clean, and whether each fix did what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqlpack.diagnostics import Applicability, Diagnostic
from kqlpack.lint import fix_all, lint
from kqlpack.pipeline import Target, analyze_text, check_target
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Linted:
    """Of `fixes` that went in, `right` left a text that parses, in which the finding is gone and stays gone."""

    fixes: int = 0
    right: int = 0
    failures: list[str] = field(default_factory=list)


def measure(records: Iterable[dict[str, Any]]) -> Linted:
    """Apply all fixes, safe and unsafe ones, to every record that parses."""
    counts = Linted()
    for record in records:
        text = record["text"]
        if not parse(SourceFile("", text)).ok:
            continue
        before = _findings(text)
        if not any(one.fix for one in before):
            continue
        fixed, applied = fix_all(text, _findings, Applicability.UNSAFE)
        again, more = fix_all(fixed, _findings, Applicability.UNSAFE)
        after = [one.rule for one in _findings(fixed)]
        is_query = parse(SourceFile("", fixed)).ok and again == fixed and not more
        counts.fixes += len(applied)
        for one in applied:
            # A rule may speak of other places too, and of fewer of them than before.
            is_gone = after.count(one.rule) < [each.rule for each in before].count(one.rule) or one.rule not in after
            if is_query and (is_gone or one not in before):
                counts.right += 1
            else:
                counts.failures.append(f"{record['id']}: {one.rule}")
    return counts


def clean(records: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Return in how many files of KQL the default rules find nothing, and how many there are."""
    path = Path("query.kql")
    reports = [check_target(Target(path, is_pack=False), texts={str(path): record["text"]}) for record in records]
    return sum(not report.diagnostics for report in reports), len(reports)


def _findings(text: str) -> list[Diagnostic]:
    return list(lint(analyze_text(SourceFile("<text>", text))))
