"""The server: hands messages to features. In: stdin. Out: stdout; what goes wrong is told as window/logMessage.

Texts are kept on the server's own thread, in the order in which changes come; all work on them is done in threads, on
snapshots. A feature that fails answers nothing, and the server goes on.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method

from kqlpack.lsp.convert import Places
from kqlpack.lsp.documents import Documents
from kqlpack.lsp.features import actions, completion, diagnostics, formatting, hover

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from kqlpack.lsp.documents import Snapshot

T = TypeVar("T")
_FEATURES: Final = (diagnostics, actions, formatting, hover, completion)


class _Protocol(LanguageServerProtocol):
    """LSP without pygls' own store of texts.

    That cuts lines where Python does, also at a form feed or U+2028, where no editor does; and it reads files of texts
    that were never opened.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    """The server's state: the open documents, their findings, and the threads that work on them."""

    def __init__(self, version: str) -> None:
        """Take up all features."""
        # pygls has a thread of its own for reading stdin.
        super().__init__("kqlpack", version, protocol_cls=_Protocol, max_workers=2)
        self.documents = Documents()
        # Checks don't wait for completions, nor completions for checks.
        self._checks = ThreadPoolExecutor(2, "check")
        self._answers = ThreadPoolExecutor(2, "answer")
        self.checker = diagnostics.Checker(self, self._checks)
        self.was_shut_down = False
        self.notice(types.INITIALIZED, self._initialized)
        self.notice(types.SHUTDOWN, self._shut_down)
        for feature in _FEATURES:
            feature.register(self)

    def _initialized(self, _: Any) -> None:
        self.documents.places = Places(self.server_capabilities.position_encoding)

    def _shut_down(self, _: Any) -> None:
        self.was_shut_down = True

    # ---- what features call ----

    def notice(self, method: str, handle: Callable[[Any], None]) -> None:
        """Call `handle` for each notification of a method, before anything that comes after it."""

        def guarded(params: Any) -> None:
            try:
                handle(params)
            except Exception:  # noqa: BLE001 - a fault of one feature is told, and the server goes on
                self.tell_failure(method)

        self.feature(method)(guarded)

    def answer(self, method: str, handle: Callable[[Any], Awaitable[object]], options: object = None) -> None:
        """Answer each request of a method with what `handle` returns."""

        async def guarded(params: Any) -> Any:
            try:
                return await handle(params)
            except Exception:  # noqa: BLE001 - as above
                self.tell_failure(method)
                # What can't be resolved is handed back as it came.
                return params if method.endswith("/resolve") else None

        self.feature(method, options)(guarded)

    async def with_snapshot(self, uri: str, work: Callable[[Snapshot], T]) -> T | None:
        """Return what `work` makes of a document, in a thread; None when it is not open."""
        snapshot = self.documents.snapshot(uri)
        if snapshot is None:
            return None
        return await self.in_thread(lambda: work(snapshot))

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._answers, work)

    def tell(self, message: str, type: types.MessageType = types.MessageType.Info) -> None:
        """Write into the editor's log."""
        self.window_log_message(types.LogMessageParams(type, message))

    def tell_failure(self, what: str) -> None:
        """Write the exception that is being handled into the editor's log."""
        self.tell(f"kqlpack failed at {what}, please report it:\n{traceback.format_exc()}", types.MessageType.Error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what went wrong below the features; pygls would interrupt the writer with a message."""
        del source
        self.tell(f"kqlpack: {error}", types.MessageType.Error)

    def stop(self) -> None:
        """Let go of the threads: those that work on a text nobody reads any more don't keep the process."""
        self._checks.shutdown(wait=False, cancel_futures=True)
        self._answers.shutdown(wait=False, cancel_futures=True)


def serve(version: str) -> None:
    """Serve one editor on stdin and stdout, until it says that it is done or goes away."""
    # What a library prints must not get between messages.
    stdout, sys.stdout = sys.stdout.buffer, sys.stderr
    # What pygls has to say is told to the editor: see `report_server_error`.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    server = Server(version)
    server.start_io(sys.stdin.buffer, stdout)
    server.stop()
    sys.stderr.flush()
    # Threads that still work would keep the process. The code is the protocol's: 1 for an end without a shutdown.
    os._exit(0 if server.was_shut_down else 1)
