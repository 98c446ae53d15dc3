"""Loads packs whose queries can render themselves, with the packs that they require. In: a path. Out: `Pack`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from kqlpack.pack import Pack, Query
    from kqlpack.pipeline.discover import Target


# Where packs lie that others require, beside what a caller names: folders, with the system's separator between them.
PACK_PATH: Final = "KQLPACK_PACK_PATH"


def load(
    path: str | PathLike[str],
    *,
    texts: Mapping[str, str] | None = None,
    pack_path: Iterable[Path] = (),
    use_lock: bool = True,
) -> Pack:
    """Load a pack and those that it requires; what is wrong stands in `Pack.diagnostics`.

    `texts` stand for what files of these paths hold. `pack_path`: folders of packs, or packs, to look in before those
    of the variable KQLPACK_PACK_PATH and the folder that the pack lies in. `use_lock` False: the highest versions.
    """
    from kqlpack.pack import load as load_pack
    from kqlpack.template import render

    pack = load_pack(path, render=render, texts=texts)
    if not (pack.requires.kqlpack or pack.requires.packs):
        return pack
    from kqlpack.pack.resolve import resolve, search_folders

    folders = search_folders(Path(path), pack_path, os.environ.get(PACK_PATH, ""))
    return resolve(pack, folders, running=_running(), render=render, texts=texts, use_lock=use_lock)


def load_target(target: Target, texts: Mapping[str, str] | None = None) -> Pack:
    """Load what a target stands for: a pack, or other people's file with its placeholders as they are."""
    if target.is_pack:
        return load(target.path, texts=texts, pack_path=target.pack_path)
    from kqlpack.pack.foreign import load_foreign

    return load_foreign(target.path, texts=texts)


def _running() -> str:
    """Return the version of kqlpack that runs; empty in a folder that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kqlpack")
    except PackageNotFoundError:
        return ""


def load_foreign_pack(path: str | PathLike[str]) -> Pack:
    """Load other people's file as a pack whose queries render themselves, their placeholders being parameters."""
    from kqlpack.pack.foreign import load_foreign
    from kqlpack.template import render

    pack = load_foreign(path)
    queries = (replace(translated(query), _renderer=render) for query in pack.queries.values())
    return replace(pack, queries={query.id: query for query in queries})


def translated(query: Query) -> Query:
    """Return a query with its placeholders as parameters; the query itself where there are none that it can tell."""
    if query.markers is None:
        return query
    from kqlpack.convert import Hint, Style, as_query, translate
    from kqlpack.pack.scalar import with_plain_line_ends
    from kqlpack.template import render

    text, source_map = with_plain_line_ends(query.text, query.map)
    made = translate(text, Style.WORKBOOK, {name: Hint(type) for name, type in query.markers.items()})
    if made is None or not made.parameters:
        return query
    return as_query(replace(query, map=source_map, _renderer=render), made)


def load_or_raise(path: str | PathLike[str]) -> Pack:
    """Load a pack. Raises PackError, with all diagnostics, when one of them is an error."""
    pack = load(path)
    errors = [one for one in pack.diagnostics if one.severity == "error"]
    if errors:
        raise PackError(errors)
    return pack
