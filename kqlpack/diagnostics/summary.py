"""The last lines of a run, for people. In: diagnostics and what was checked. Out: sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kqlpack.diagnostics.frame import Style, paint
from kqlpack.diagnostics.model import Applicability, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.diagnostics.checked import Checked
    from kqlpack.diagnostics.model import Diagnostic


_STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.INFO: Style.INFO}


def summary(diagnostics: Sequence[Diagnostic], checked: Checked, *, color: bool = False) -> str:
    """Return what was found, how much of it can be mended, and how much was checked."""
    lines = []
    if diagnostics:
        counts = Counter(diagnostic.severity for diagnostic in diagnostics)
        nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
        found = ", ".join(
            paint(_count(counts[severity], noun), _STYLES[severity], color=color)
            for severity, noun in nouns.items()
            if counts[severity]
        )
        lines.append(f"Found {found}.{_mendable(diagnostics)}")
    if checked.hidden is not None:
        lines.append(f"The baseline hides {_count(checked.hidden, 'finding')}.")
    if checked.is_nothing:
        lines.append(paint(f"Nothing was checked{_skipped(checked)}.", Style.WARNING, color=color))
    else:
        said = f"Checked {_amount(checked)}{_skipped(checked)}."
        lines.append(said if diagnostics else paint(said, Style.HELP, color=color))
    return "\n".join(lines)


def _mendable(diagnostics: Sequence[Diagnostic]) -> str:
    fixes = [diagnostic.fix.applicability for diagnostic in diagnostics if diagnostic.fix]
    safe, unsafe = fixes.count(Applicability.SAFE), fixes.count(Applicability.UNSAFE)
    parts = []
    if safe:
        parts.append(f"[*] `--fix` mends {safe}")
    if unsafe:
        parts.append(f"`--fix --unsafe-fixes` mends {unsafe}{' more' if safe else ''}")
    return f" {'; '.join(parts)}." if parts else ""


def _amount(checked: Checked) -> str:
    parts = [_count(checked.queries, "query")]
    if checked.variants > checked.queries:
        parts.append(f"{checked.variants} variants")
    where = [_count(checked.packs, "pack")] if checked.packs else []
    if checked.files and not checked.packs:
        where.append(_count(checked.files, "file"))
    return " in ".join([" with ".join(parts), *where])


def _skipped(checked: Checked) -> str:
    if not checked.skipped:
        return ""
    reasons = Counter(skipped.reason for skipped in checked.skipped)
    if len(reasons) == 1:
        return f", {len(checked.skipped)} skipped ({next(iter(reasons))})"
    listed = ", ".join(f"{count}: {reason}" for reason, count in sorted(reasons.items()))
    return f", {len(checked.skipped)} skipped ({listed})"


def _count(number: int, noun: str) -> str:
    if number == 1 or noun == "info":
        return f"{number} {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
