"""Mends files. In: what `discover` found. Out: for each file that a fix changes, its new text; nothing is written here.

Every fix is proven against the whole pack: the file is checked again, with all variants of its queries, as it would be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Diagnostic
from kqlpack.lint import fix_all
from kqlpack.pipeline.check import check_target

if TYPE_CHECKING:
    from kqlpack.lint import Rule
    from kqlpack.pipeline.discover import Found, Target
    from kqlpack.source import SourceFile


@dataclass(frozen=True, slots=True)
class Mended:
    """A file, its text after the fixes, and the findings that are gone."""

    file: SourceFile
    text: str
    applied: tuple[Diagnostic, ...]


def fix(
    found: Found, rules: tuple[Rule, ...] | None = None, applicability: Applicability = Applicability.SAFE
) -> tuple[Mended, ...]:
    """Return the files that the fixes of at least this applicability change."""
    mended: dict[str, Mended] = {}
    for given in found.targets:
        # Whether a fix is right does not depend on how grave a finding is called.
        target = replace(given, config=given.config.without_severities())
        for file in _fixable(target, rules):
            if file.path not in mended and (one := _fix_file(target, file, rules, applicability)):
                mended[file.path] = one
    return tuple(mended.values())


def _fixable(target: Target, rules: tuple[Rule, ...] | None) -> list[SourceFile]:
    files = {one.file.path: one.file for one in check_target(target, rules).diagnostics if one.fix}
    return list(files.values())


def _fix_file(
    target: Target, file: SourceFile, rules: tuple[Rule, ...] | None, applicability: Applicability
) -> Mended | None:
    def check(text: str) -> list[Diagnostic]:
        report = check_target(target, rules, texts={file.path: text})
        return [one for one in report.diagnostics if one.file.path == file.path]

    text, applied = fix_all(file.text, check, applicability)
    return Mended(file, text, applied) if text != file.text else None
