"""Findings counted by rule. In: diagnostics and what was checked. Out: a table for people, or JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics.model import Applicability, Severity
from kqlpack.diagnostics.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How often a rule found something, with which severities, and how many of that its fixes mend."""

    code: str
    rule: str
    severities: tuple[tuple[Severity, int], ...]
    safe: int
    unsafe: int

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(count for _, count in self.severities)


def count(diagnostics: Iterable[Diagnostic]) -> tuple[RuleCount, ...]:
    """Return a count for each rule that found something, the most frequent first."""
    by_rule: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in diagnostics:
        by_rule.setdefault((one.code, one.rule), []).append(one)
    counts = []
    for (code, rule), found in by_rule.items():
        severities = Counter(one.severity for one in found)
        fixes = Counter(one.fix.applicability for one in found if one.fix)
        kinds = tuple((severity, severities[severity]) for severity in Severity if severities[severity])
        counts.append(RuleCount(code, rule, kinds, fixes[Applicability.SAFE], fixes[Applicability.UNSAFE]))
    return tuple(sorted(counts, key=lambda one: (-one.count, one.code, one.rule)))


def as_text(diagnostics: Iterable[Diagnostic], checked: Checked) -> str:
    """Return a line for each rule, and the summary."""
    found = list(diagnostics)
    counts = count(found)
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*map(_cells, counts), strict=True)]
    lines = []
    for one in counts:
        number, severity, code, rule, mended = _cells(one)
        row = f"{number:>{widths[0]}}  {severity:<{widths[1]}}  {code:<{widths[2]}}  {rule:<{widths[3]}}  {mended}"
        lines.append(row.rstrip())
    return "\n".join([*lines, *([""] if lines else []), summary(found, checked)]) + "\n"


def _cells(one: RuleCount) -> tuple[str, str, str, str, str]:
    if len(one.severities) == 1:
        severity = one.severities[0][0].value
    else:
        severity = ", ".join(f"{number} {kind.value}" for kind, number in one.severities)
    fixes = [f"[*] {one.safe} fixable"] if one.safe else []
    if one.unsafe:
        fixes.append(f"{one.unsafe} with --unsafe-fixes")
    return str(one.count), severity, one.code, one.rule, ", ".join(fixes)


def as_json(diagnostics: Iterable[Diagnostic], checked: Checked) -> str:
    """Return an object: `version`, `checked`, `statistics`."""
    amounts = {"files": checked.files, "packs": checked.packs, "queries": checked.queries, "variants": checked.variants}
    if checked.hidden is not None:
        amounts["hidden"] = checked.hidden
    statistics = [
        {
            "code": one.code,
            "rule": one.rule,
            "count": one.count,
            "severities": {kind.value: number for kind, number in one.severities},
            "fixable": one.safe,
            "fixable_unsafe": one.unsafe,
        }
        for one in count(diagnostics)
    ]
    return json.dumps({"version": _VERSION, "checked": amounts, "statistics": statistics}, indent=2) + "\n"
