"""Packs, queries and rendered texts for the tests of emitters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kqlpack.emit import RenderedFunction, RenderedQuery
from kqlpack.pack.model import Function, Pack, Query
from kqlpack.source import SourceFile, SourceMap

FILE = SourceFile("signins/pack.yaml", "name: signins\n")


def query(id: str = "spray", text: str = "SigninLogs\n| take 5\n", **more: Any) -> RenderedQuery:
    """Return a query whose text is rendered."""
    return RenderedQuery(Query(id=id, text="", map=SourceMap.identity(FILE), **more), text)


def function(name: str, text: str, *parameters: tuple[str, str, str | None], **more: Any) -> RenderedFunction:
    """Return a function whose body is rendered."""
    body = Query(id=name, text="", map=SourceMap.identity(FILE))
    return RenderedFunction(Function(name, body, parameters, **more), text)


def pack(**more: Any) -> Pack:
    """Return a pack without queries: emitters get them beside it."""
    given: dict[str, Any] = {"name": "signins", "version": "1.2.3", "title": "Sign-ins"}
    return Pack(path=Path("signins"), file=FILE, **(given | more))
