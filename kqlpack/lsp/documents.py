"""The texts that an editor has open. In: LSP's notifications. Out: `Document`, and `Snapshot` for threads."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from kqlpack.config import NO_CONFIG, ConfigError, Configs
from kqlpack.lsp.convert import Places, path_of
from kqlpack.pipeline import Target, target_of
from kqlpack.pipeline.discover import PARTS
from kqlpack.pipeline.load import load_target
from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kqlpack.config import Config
    from kqlpack.pack import Pack

# What is longer is not looked at while it is written: a keystroke must not cost seconds.
MOST_CHARACTERS: Final = 300_000


@dataclass(frozen=True, slots=True)
class Document:
    """An open text. `path` need not exist; `version` is the editor's count of changes."""

    uri: str
    path: Path
    version: int
    file: SourceFile

    @property
    def is_too_long(self) -> bool:
        """Whether the text is not looked at."""
        return len(self.file.text) > MOST_CHARACTERS


@dataclass(slots=True)
class _Packs:
    """Packs that were loaded, each for one state of all texts."""

    lock: Lock = field(default_factory=Lock)
    kept: dict[str, tuple[int, Pack]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document, and all texts that were open beside it: nothing changes any more, so a thread may read it.

    `state` counts the changes of all texts; `places` counts in the units that the editor counts in.
    """

    document: Document
    texts: Mapping[str, str]
    state: int
    places: Places
    _packs: _Packs

    @property
    def file(self) -> SourceFile:
        """The document's text."""
        return self.document.file

    @property
    def path(self) -> str:
        """The path under which findings speak of the document."""
        return str(self.document.path)

    def target(self) -> Target | None:
        """Return what to check for the document; None when there is nothing in it for kqlpack. Asks the disk.

        Where the configuration is wrong, nothing of it holds: `fault` tells.
        """
        if self.document.is_too_long:
            return None
        try:
            found = target_of(self.document.path, self.file.text)
        except OSError:
            return None
        if isinstance(found, str):
            return None
        # What a pack's own file and its macros say matters to all of its queries.
        is_part = self.document.path.parent.name in PARTS
        config = self._config()
        config = NO_CONFIG if isinstance(config, ConfigError) else config
        only = found.only if is_part or not found.is_pack else ()
        return replace(found, only=only, config=config, pack_path=config.pack_path)

    def fault(self) -> str:
        """Return what is wrong with the configuration of the document's folder; empty where nothing is."""
        config = self._config()
        if not isinstance(config, ConfigError):
            return ""
        first = config.diagnostics[0]
        line, column = first.file.line_column(first.span.start)
        # Findings of the configuration name it from the current folder, which says nothing in an editor.
        path = os.path.abspath(first.file.path)  # noqa: PTH100 - `..` is to go
        return f"{path}:{line}:{column}: {first.message}. Until it is mended, the default rules run."

    def _config(self) -> Config | ConfigError:
        # Read anew each time: it is a small file, and people change it while they look at what it does.
        try:
            return Configs().of(self.document.path)
        except ConfigError as error:
            return error

    def pack(self) -> Pack | None:
        """Return the pack that the document belongs to, or that it was read as."""
        target = self.target()
        if target is None:
            return None
        key = str(target.path)
        with self._packs.lock:
            state, pack = self._packs.kept.get(key, (-1, None))
            if state == self.state and pack is not None:
                return pack
        pack = load_target(target, self.texts)
        with self._packs.lock:
            self._packs.kept = {key: (self.state, pack)}
        return pack


class Documents:
    """The open documents. Only the server's own thread changes them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.places = Places()
        self._open: dict[str, Document] = {}
        self._state = 0
        self._packs = _Packs()

    def __iter__(self) -> Iterator[Document]:
        """Go through the open documents."""
        return iter(list(self._open.values()))

    def get(self, uri: str) -> Document | None:
        """Return an open document."""
        return self._open.get(uri)

    def open(self, item: types.TextDocumentItem) -> None:
        """Take a text that an editor opened; what has no path that could be one of ours is forgotten."""
        self._state += 1
        path = path_of(item.uri, item.language_id)
        if path is not None:
            self._open[item.uri] = Document(item.uri, path, item.version, SourceFile(str(path), item.text))

    def change(
        self, identifier: types.VersionedTextDocumentIdentifier, changes: Iterable[types.TextDocumentContentChangeEvent]
    ) -> None:
        """Change a text as the editor did, one change after the other."""
        self._state += 1
        document = self._open.get(identifier.uri)
        if document is None:
            return
        file = document.file
        for change in changes:
            text = change.text
            if isinstance(change, types.TextDocumentContentChangePartial):
                span = self.places.span(file, change.range)
                text = file.text[: span.start] + text + file.text[span.end :]
            file = SourceFile(file.path, text)
        self._open[identifier.uri] = replace(document, version=identifier.version, file=file)

    def touch(self) -> None:
        """Note that files may have changed on the disk."""
        self._state += 1

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._state += 1
        self._open.pop(uri, None)

    def snapshot(self, uri: str) -> Snapshot | None:
        """Return a document with all that is open beside it; None when it is not open."""
        document = self._open.get(uri)
        if document is None:
            return None
        texts = {str(one.path): one.file.text for one in self._open.values()}
        return Snapshot(document, texts, self._state, self.places, self._packs)
