"""Carry a diagnostic from the rendered text to the file. In: a diagnostic and a `SourceMap`. Out: the same, there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics.model import Annotation, Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from kqlpack.source import SourceFile, SourceMap


def relocate(diagnostic: Diagnostic, rendered: SourceFile, source_map: SourceMap) -> Diagnostic:
    """Return the diagnostic with every place in `rendered` moved to the file that `source_map` leads to.

    A place that came out of a template expression points at the expression, and a note shows what it became.
    A fix that would touch such a place, or that the file's notation can't hold, is dropped.
    """
    if diagnostic.file is not rendered:
        return diagnostic
    where = source_map.locate(diagnostic.span)
    related = [_move(note, rendered, source_map) for note in diagnostic.related]
    if where.rendered:
        text = rendered.text[diagnostic.span.start : diagnostic.span.end]
        if text:
            related.append(Annotation(where.file, where.span, f"rendered as `{_shorten(text)}`"))
    if where.site is not None:
        related.append(Annotation(source_map.file, where.site, "called from here"))
    return replace(
        diagnostic,
        primary=Annotation(where.file, where.span, diagnostic.primary.text),
        related=tuple(related),
        fix=_move_fix(diagnostic.fix, source_map) if diagnostic.fix else None,
        rendered=Annotation(rendered, diagnostic.span) if source_map.is_rendered else None,
    )


def _move(note: Annotation, rendered: SourceFile, source_map: SourceMap) -> Annotation:
    if note.file is not rendered:
        return note
    where = source_map.locate(note.span)
    return Annotation(where.file, where.span, note.text)


def _move_fix(fix: Fix, source_map: SourceMap) -> Fix | None:
    edits = []
    for edit in fix.edits:
        where = source_map.locate(edit.span)
        text = source_map.encode(edit.text)
        # What a file of macros holds serves other queries too, for which the fix may be wrong.
        if not where.exact or where.rendered or where.site is not None or text is None:
            return None
        edits.append(Edit(where.span, text))
    return replace(fix, edits=tuple(edits))


def _shorten(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
