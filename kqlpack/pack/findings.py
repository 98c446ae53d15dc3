"""What the loader says about a pack's files. In: a place, a sentence, a remedy. Out: `Diagnostic` values, collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Applicability, Diagnostic, Edit, Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.source import SourceFile, Span

# Code and slug of everything that this room reports.
INVALID_YAML = ("KQL600", "invalid-yaml")
SCHEMA_VIOLATION = ("KQL601", "schema-violation")
DUPLICATE_KEY = ("KQL602", "duplicate-key")
DEFAULT_TYPE_MISMATCH = ("KQL604", "default-type-mismatch")
UNREADABLE_FILE = ("KQL605", "unreadable-file")
DUPLICATE_ID = ("KQL606", "duplicate-id")
INVALID_JSON = ("KQL612", "invalid-json")
DEPENDENCY_MISSING = ("KQL660", "dependency-missing")
DEPENDENCY_CONFLICT = ("KQL661", "dependency-conflict")
DEPENDENCY_CYCLE = ("KQL662", "dependency-cycle")
DEPENDENCY_DRIFT = ("KQL663", "dependency-drift")
DEPENDENCY_UNPINNED = ("KQL664", "dependency-unpinned")
VERSION_REQUIRED = ("KQL665", "version-required")
STALE_REVIEW = ("KQL641", "stale-review")
DUPLICATE_NAME = ("KQL632", "duplicate-name")


@dataclass(slots=True)
class Findings:
    """Diagnostics in the making, in the order of discovery; the same one is kept once."""

    items: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, str, Span, str]] = field(default_factory=set)

    def add(
        self,
        rule: tuple[str, str],
        file: SourceFile,
        span: Span,
        message: str,
        help: str = "",
        *,
        severity: Severity = Severity.ERROR,
        related: tuple[Annotation, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a finding, an error by default."""
        key = (rule[0], file.path, span, message)
        if key not in self._seen:
            self._seen.add(key)
            self.items.append(Diagnostic(*rule, severity, message, Annotation(file, span), related, help, fix))

    def holds(self, rule: tuple[str, str]) -> bool:
        """Tell whether something of a rule was found."""
        return any(one.code == rule[0] for one in self.items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return them in the order in which findings are printed."""
        return tuple(sorted(self.items, key=lambda found: found.sort_key))


def replacing(title: str, span: Span, text: str) -> Fix:
    """Return the safe fix that writes `text` in place of `span`."""
    return Fix(title, (Edit(span, text),), Applicability.SAFE)


def similar(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was probably meant to be."""
    choices = list(known)
    folded = {choice.casefold(): choice for choice in choices}
    if word.casefold() in folded:
        return folded[word.casefold()]
    found = get_close_matches(word, choices, n=1, cutoff=0.6)
    return found[0] if found else None


def one_of(words: Iterable[str]) -> str:
    """Write alternatives for people: `a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) < 2:
        return "".join(quoted)
    return ", ".join(quoted[:-1]) + " or " + quoted[-1]
