"""Loads packs whose queries can render themselves. In: a path. Out: `Pack`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from kqlpack.pack import Pack, Query


def load(path: str | PathLike[str], *, texts: Mapping[str, str] | None = None) -> Pack:
    """Load a pack; what is wrong stands in `Pack.diagnostics`. `texts` stand for what files of these paths hold."""
    from kqlpack.pack import load as load_pack
    from kqlpack.template import render

    return load_pack(path, render=render, texts=texts)


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
