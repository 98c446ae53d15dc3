"""Layout. In: textDocument/formatting. Out: the edits that `kqlpack format` would make; none where it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from kqlpack.pipeline.format import Outcome, format_target

if TYPE_CHECKING:
    from kqlpack.lsp.documents import Snapshot
    from kqlpack.lsp.server import Server


def formatting(snapshot: Snapshot) -> tuple[list[types.TextEdit], list[str]]:
    """Return the edits that set a document's KQL, and why some of it could not be set."""
    target = snapshot.target()
    if target is None:
        return [], []
    outcome = Outcome()
    format_target(replace(target, only=(snapshot.document.path,)), outcome, snapshot.texts)
    reasons = [f"{one.path} was not formatted: {one.reason}" for one in outcome.skipped]
    reasons += [f"{one.file.path} was not formatted: {one.message}" for one in outcome.diagnostics]
    for changed in outcome.changed:
        if changed.file.path == snapshot.path:
            return snapshot.places.edits(snapshot.file, changed.text), reasons
    return [], reasons


def register(server: Server) -> None:
    """Offer the layout of whole documents."""

    async def answer(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        found = await server.with_snapshot(params.text_document.uri, formatting)
        if found is None:
            return None
        edits, reasons = found
        for reason in reasons:
            server.tell(reason)
        return edits

    server.answer(types.TEXT_DOCUMENT_FORMATTING, answer)
