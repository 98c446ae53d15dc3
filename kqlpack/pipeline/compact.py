"""Reports as text, for a cache or another process. In: values of `diagnostics` and `source`. Out: JSON, and them again.

Dataclasses, enumerations and tuples come back as what they were; a `SourceFile` is written once, and comes back as one
object wherever it was one.
"""

from __future__ import annotations

import importlib
import json
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Mapping

# What begins a list: a tuple, a file's number, or else the number of a class.
_TUPLE: Final = -1
_FILE: Final = -2
# Where classes may come from: a text that names another is none of ours.
_HOMES: Final = ("kqlpack.diagnostics.", "kqlpack.source.", "kqlpack.pipeline.check")


class UnknownTextError(ValueError):
    """A finding lies in a text that would have to be written down with it."""


def encode(value: object, known: Mapping[str, SourceFile] | None = None) -> str:
    """Return the value as JSON on one line.

    With `known`, no text of a file is written: the reader has those files too, by their paths. Raises UnknownTextError
    for another file.
    """
    writer = _Writer(known)
    body = writer.plain(value)
    return json.dumps([writer.files, writer.classes, body], separators=(",", ":"))


def decode(text: str, known: Mapping[str, SourceFile] | None = None) -> Any:
    """Return the value that `encode` was given. Raises ValueError, TypeError or LookupError for another text."""
    rows, names, body = json.loads(text)
    files = [
        known[path] if content is None and known is not None else SourceFile(path, content, byte_order_mark=marked)
        for path, marked, content in rows
    ]
    classes = [_class(*name) for name in names]

    def value(plain: Any) -> Any:
        if type(plain) is not list:
            return plain
        kind, *rest = plain
        if kind >= 0:
            return classes[kind](*map(value, rest))
        return tuple(map(value, rest)) if kind == _TUPLE else files[rest[0]]

    return value(body)


class _Writer:
    """A value being written, with the files and classes in it so far, each with a number."""

    def __init__(self, known: Mapping[str, SourceFile] | None) -> None:
        self.files: list[tuple[str, bool, str | None]] = []
        self.classes: list[tuple[str, str]] = []
        self._known = known
        self._file_numbers: dict[SourceFile, int] = {}
        self._class_numbers: dict[type, int] = {}

    def plain(self, value: Any) -> Any:
        if isinstance(value, Enum):
            return (self._class(type(value)), value.value)
        if value is None or isinstance(value, str | int):
            return value
        if type(value) is tuple:
            return (_TUPLE, *map(self.plain, value))
        if isinstance(value, SourceFile):
            return (_FILE, self._file(value))
        return (self._class(type(value)), *(self.plain(getattr(value, name)) for name in type(value).__match_args__))

    def _class(self, kind: type) -> int:
        if kind not in self._class_numbers:
            self._class_numbers[kind] = len(self.classes)
            self.classes.append((kind.__module__, kind.__qualname__))
            _class(*self.classes[-1])  # what could not be read again is a mistake here
        return self._class_numbers[kind]

    def _file(self, file: SourceFile) -> int:
        if file not in self._file_numbers:
            self._file_numbers[file] = len(self.files)
            self.files.append((file.path, file.byte_order_mark, self._text(file)))
        return self._file_numbers[file]

    def _text(self, file: SourceFile) -> str | None:
        # A file that could not be read has findings, and no text.
        if self._known is None or not file.text:
            return file.text
        same = self._known.get(file.path)
        if same is None:
            raise UnknownTextError(file.path)
        # A query as it was rendered has its file's path, and a text of its own.
        return None if same.text == file.text else file.text


@cache
def _class(module: str, name: str) -> Any:
    if not module.startswith(_HOMES):
        raise ValueError(f"{module}.{name} is no part of a report")
    found = getattr(importlib.import_module(module), name, None)
    if not isinstance(found, type) or not (issubclass(found, Enum) or hasattr(found, "__match_args__")):
        raise ValueError(f"{module}.{name} is no part of a report")
    return found
