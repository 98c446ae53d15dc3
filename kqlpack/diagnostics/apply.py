"""Apply fixes to a text. In: text and fixes. Out: the new text and the fixes that went in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.diagnostics.model import Edit, Fix


def apply(text: str, fixes: Iterable[Fix]) -> tuple[str, list[Fix]]:
    """Apply as many fixes as don't overlap, in order of their first edit; a fix goes in whole or not at all.

    Identical fixes (the same finding in several variants) go in once. What is left out can be tried in another round.
    """
    applied: list[Fix] = []
    taken: list[Edit] = []
    for fix in sorted(dict.fromkeys(fixes), key=lambda fix: min(edit.span for edit in fix.edits)):
        if any(edit.span.touches(other.span) for edit in fix.edits for other in taken):
            continue
        applied.append(fix)
        taken.extend(fix.edits)
    for edit in sorted(taken, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text, applied
