"""Findings, while somebody writes. In: open, changed and saved texts. Out: textDocument/publishDiagnostics.

A check waits until nobody has typed for a moment, and runs in a thread. What it finds is sent only if the text is still
the one that was checked; otherwise the newest text is checked next.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from kqlpack.diagnostics import Severity
from kqlpack.lsp.convert import uri_of
from kqlpack.pipeline import check_target
from kqlpack.pipeline.discover import PACK_FILES, PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from kqlpack.diagnostics import Annotation, Diagnostic
    from kqlpack.lsp.convert import Places
    from kqlpack.lsp.documents import Document, Snapshot
    from kqlpack.lsp.server import Server

# How long nobody must have typed, in seconds.
DELAY: Final = 0.15
_SEVERITIES: Final = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
# What editors strike through, and what they fade.
_TAGS: Final = {
    "deprecated-column": types.DiagnosticTag.Deprecated,
    "deprecated-function": types.DiagnosticTag.Deprecated,
    "deprecated-table": types.DiagnosticTag.Deprecated,
    "unused-parameter": types.DiagnosticTag.Unnecessary,
    "unused-suppression": types.DiagnosticTag.Unnecessary,
}

# The findings of a check by the paths of their files, whether they are those of a whole pack, and what is wrong with
# the configuration.
_Found = tuple["Mapping[str, Sequence[Diagnostic]]", bool, str]


class Checker:
    """Checks documents, and keeps what was found in them. Lives on the server's own thread."""

    def __init__(self, server: Server, pool: ThreadPoolExecutor) -> None:
        """Take the threads to check in."""
        self._server = server
        self._pool = pool
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._wanted: set[str] = set()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._found: dict[str, tuple[int, Sequence[Diagnostic]]] = {}
        self._faults: dict[str, str] = {}

    def schedule(self, uri: str, delay: float = DELAY) -> None:
        """Check a document, when nothing else is scheduled for it until then."""
        self._cancel(uri)
        self._timers[uri] = asyncio.get_running_loop().call_later(delay, self._start, uri)

    def forget(self, uri: str) -> None:
        """Take a document's findings away."""
        self._cancel(uri)
        self._found.pop(uri, None)
        self._faults.pop(uri, None)
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    async def findings(self, snapshot: Snapshot) -> Sequence[Diagnostic]:
        """Return what is found in a document as it is, checking it first where that was not done yet."""
        uri, version = snapshot.document.uri, snapshot.document.version
        kept = self._found.get(uri)
        if kept is None or kept[0] != version:
            self._cancel(uri)
            await self._check(snapshot)
            kept = self._found.get(uri)
        return kept[1] if kept is not None and kept[0] == version else ()

    def known(self, snapshot: Snapshot) -> Sequence[Diagnostic]:
        """Return what was found in a document as it is, as far as it has been checked."""
        version, found = self._found.get(snapshot.document.uri, (None, ()))
        return found if version == snapshot.document.version else ()

    def _cancel(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _start(self, uri: str) -> None:
        self._timers.pop(uri, None)
        self._wanted.add(uri)
        # Its text is checked when the check that runs is done: two at once would only slow each other down.
        if uri not in self._running:
            self._running[uri] = asyncio.get_running_loop().create_task(self._run(uri))

    async def _run(self, uri: str) -> None:
        while uri in self._wanted:
            self._wanted.discard(uri)
            snapshot = self._server.documents.snapshot(uri)
            if snapshot is None:
                break
            try:
                await self._check(snapshot)
            except Exception:  # noqa: BLE001 - a check that fails is told, and the next change is checked again
                self._server.tell_failure("a check")
        self._running.pop(uri, None)

    async def _check(self, snapshot: Snapshot) -> None:
        found, is_whole_pack, fault = await asyncio.get_running_loop().run_in_executor(self._pool, _find, snapshot)
        self._show_fault(snapshot.document.uri, fault)
        for document in self._server.documents:
            is_own = document.uri == snapshot.document.uri
            path = str(document.path)
            if not is_own and not (is_whole_pack and path in found):
                continue
            # Another document of the pack may have changed meanwhile too, and has a check of its own then.
            if snapshot.texts.get(path) == document.file.text:
                self._publish(document, found.get(path, ()))

    def _show_fault(self, uri: str, fault: str) -> None:
        """Tell what is wrong with a document's configuration: once, not at each key nor for each document."""
        if fault and fault not in self._faults.values():
            shown = types.ShowMessageParams(types.MessageType.Error, f"kqlpack: {fault}")
            self._server.window_show_message(shown)
        self._faults[uri] = fault

    def _publish(self, document: Document, found: Sequence[Diagnostic]) -> None:
        self._found[document.uri] = (document.version, found)
        places = self._server.documents.places
        uris = {str(one.path): one.uri for one in self._server.documents}
        shown = [convert(one, places, uris) for one in found]
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, shown, document.version)
        )


def _find(snapshot: Snapshot) -> _Found:
    target = snapshot.target()
    if target is None:
        return {}, False, ""
    found: dict[str, list[Diagnostic]] = {}
    if target.is_pack and not target.only:
        # A file without findings is clean, which is news as well.
        found.update((path, []) for path in snapshot.texts if _lies_in(path, target.path))
    for one in check_target(target, texts=snapshot.texts).diagnostics:
        found.setdefault(one.file.path, []).append(one)
    return found, target.is_pack and not target.only, snapshot.fault()


def _lies_in(path: str, pack: Path) -> bool:
    """Tell whether a file is a part of a pack, by where it lies."""
    file = Path(path)
    if file.parent == pack:
        return file.name in PACK_FILES
    return any(file.is_relative_to(pack / folder) for folder in (*PARTS, "macros"))


def convert(found: Diagnostic, places: Places, uris: Mapping[str, str] | None = None) -> types.Diagnostic:
    """Return a finding as LSP has it; `uris` are those of open files, by path."""
    tag = _TAGS.get(found.rule)
    return types.Diagnostic(
        range=places.range(found.file, found.span),
        message=_message(found),
        severity=_SEVERITIES[found.severity],
        code=found.rule,
        source="kqlpack",
        tags=[tag] if tag else None,
        related_information=[_related(note, places, uris or {}) for note in found.related] or None,
        data={"code": found.code},
    )


def _message(found: Diagnostic) -> str:
    values = ", ".join(f"{name}: {value}" for name, value in found.parameters)
    query = f"query `{found.query}`" if found.query else "the query"
    variant = f"\nin {query} rendered with {{{values}}}" if values else ""
    help = f"\nhelp: {found.help}" if found.help else ""
    return f"{found.message}{variant}{help}"


def _related(note: Annotation, places: Places, uris: Mapping[str, str]) -> types.DiagnosticRelatedInformation:
    uri = uris.get(note.file.path) or uri_of(note.file.path)
    return types.DiagnosticRelatedInformation(
        types.Location(uri, places.range(note.file, note.span)), note.text or "see here"
    )


def register(server: Server) -> None:
    """Check what is opened, changed and saved."""

    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.documents.open(params.text_document)
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return
        if document.is_too_long:
            server.tell(f"{document.path.name} is too long to be checked while it is written: `kqlpack lint` checks it")
        server.checker.schedule(document.uri, 0)

    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.documents.change(params.text_document, params.content_changes)
        if server.documents.get(params.text_document.uri) is not None:
            server.checker.schedule(params.text_document.uri)

    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.documents.touch()
        # What was saved may have become a pack's file, or have changed what others of the pack see.
        for document in server.documents:
            delay = 0 if document.uri == params.text_document.uri else DELAY
            server.checker.schedule(document.uri, delay)

    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.documents.close(params.text_document.uri)
        server.checker.forget(params.text_document.uri)

    notices: dict[str, Any] = {
        types.TEXT_DOCUMENT_DID_OPEN: opened,
        types.TEXT_DOCUMENT_DID_CHANGE: changed,
        types.TEXT_DOCUMENT_DID_SAVE: saved,
        types.TEXT_DOCUMENT_DID_CLOSE: closed,
    }
    for method, handle in notices.items():
        server.notice(method, handle)
