"""Apply fixes and prove them. In: a text and a way to check it. Out: the mended text and the findings that are gone.

A fix stays in only if the text then checks without that finding in that place, if a text that parsed still parses, and
if no error has come up: none at all, unless an error was mended (which may uncover others), and then none where the fix
wrote. What fails this is left out; the rest is tried again until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Diagnostic, Edit, Severity, apply, fingerprint
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

Check = Callable[[str], Sequence[Diagnostic]]

# Every round mends something that the round before uncovered; a chain longer than this is two rules in a quarrel.
MAX_ROUNDS = 20
_RANK = {Applicability.DISPLAY_ONLY: 0, Applicability.UNSAFE: 1, Applicability.SAFE: 2}
_SYNTAX = "KQL0"

# A proven step: the new text, what is found in it, and the findings that are gone.
_Step = tuple[str, list[Diagnostic], list[Diagnostic]]
# What a fix is known by while places move: its code, what it writes, and the words around the finding.
_Name = tuple[str, tuple[str, ...], str]


def fix_all(
    text: str, check: Check, applicability: Applicability = Applicability.SAFE
) -> tuple[str, tuple[Diagnostic, ...]]:
    """Apply the fixes that are at least as safe as `applicability` until nothing is left to mend.

    `check` returns the findings of a text, in places of that text; it decides what is selected and suppressed. A fix
    that is display-only is never applied. Returns the new text, and the findings whose fixes went in, each in places of
    the text that it was found in.
    """
    least = max(_RANK[applicability], _RANK[Applicability.UNSAFE])
    applied: list[Diagnostic] = []
    refused: set[_Name] = set()
    found = list(check(text))
    for _ in range(MAX_ROUNDS):
        candidates = [one for one in found if one.fix and one.fix.edits and _RANK[one.fix.applicability] >= least]
        candidates = [one for one in candidates if _name(one) not in refused]
        step = _try(text, found, candidates, check) or _try_singly(text, found, candidates, check, refused)
        if step is None:
            break
        text, found, gone = step
        applied.extend(gone)
    return text, tuple(applied)


def _try_singly(
    text: str, found: list[Diagnostic], candidates: list[Diagnostic], check: Check, refused: set[_Name]
) -> _Step | None:
    """Return the step of all candidates that prove themselves alone; remember those that don't."""
    proven: list[Diagnostic] = []
    first: _Step | None = None
    for candidate in candidates:
        step = _try(text, found, [candidate], check)
        if step is None:
            refused.add(_name(candidate))
            continue
        proven.append(candidate)
        first = first or step
    return (_try(text, found, proven, check) or first) if len(proven) > 1 else first


def _try(text: str, found: list[Diagnostic], candidates: list[Diagnostic], check: Check) -> _Step | None:
    """Return the step that the candidates' fixes make together; None if it fails the proof or changes nothing."""
    new_text, fixes = apply(text, [one.fix for one in candidates if one.fix])
    if new_text == text:
        return None
    gone = [one for one in candidates if one.fix in fixes]
    others = [one for one in found if one.fix not in fixes]
    edits = sorted({edit for fix in fixes for edit in fix.edits}, key=lambda edit: edit.span)
    now = list(check(new_text))
    if not _has_syntax_error(found) and _has_syntax_error(now):
        return None
    known = {(one.code, _carry(one.span, edits)) for one in others}
    fresh = [one for one in now if (one.code, one.span) not in known]
    if any(_is_still_there(one, edits, fresh) for one in gone):
        return None
    errors = [one for one in fresh if one.severity is Severity.ERROR]
    if errors and not any(one.severity is Severity.ERROR for one in gone):
        return None
    written = [_carry(edit.span, edits) for edit in edits]
    if any(one.span.touches(place) for one in errors for place in written):
        return None
    return new_text, now, gone


def _has_syntax_error(found: Iterable[Diagnostic]) -> bool:
    return any(one.code.startswith(_SYNTAX) for one in found)


def _is_still_there(gone: Diagnostic, edits: list[Edit], fresh: Iterable[Diagnostic]) -> bool:
    place = _carry(gone.span, edits)
    return any(one.code == gone.code and one.span.touches(place) for one in fresh)


def _carry(span: Span, edits: list[Edit]) -> Span:
    """Return where a place of the old text is in the new: what was written in it or at its edges belongs to it."""
    start, end = span.start, span.end
    for edit in edits:
        grown = len(edit.text) - len(edit.span)
        if edit.span.end < span.start or (edit.span.end == span.start and len(edit.span)):
            start += grown
        if edit.span.end <= span.end:
            end += grown
    return Span(min(start, end), max(start, end))


def _name(diagnostic: Diagnostic) -> _Name:
    texts = tuple(edit.text for edit in diagnostic.fix.edits) if diagnostic.fix else ()
    return diagnostic.code, texts, fingerprint(diagnostic)
