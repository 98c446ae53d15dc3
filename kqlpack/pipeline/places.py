"""What stands at a place of a file. In: a pack, a path, an offset. Out: the query there, and the place in its KQL.

Editors ask this while somebody writes: of a template's variants, the first that has the place in its text is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.pipeline.check import catalog_of
from kqlpack.pipeline.functions import prepare
from kqlpack.pipeline.load import translated
from kqlpack.pipeline.split import split
from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from kqlpack.catalog import Catalog
    from kqlpack.pack import Pack, Query

_TAG_EDGE: Final = re.compile(r"\{\{|\{%|\}\}|%\}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a query. `offset` counts in its text, before that is rendered."""

    query: Query
    offset: int

    @property
    def hole(self) -> str | None:
        """What stands before the place in the tag (`{{ }}` or `{% %}`) that it is in; None outside of tags."""
        if not self.query.is_template:
            return None
        edges = list(_TAG_EDGE.finditer(self.query.text, 0, self.offset))
        if not edges or edges[-1].group() not in {"{{", "{%"}:
            return None
        return self.query.text[edges[-1].end() : self.offset]


@dataclass(frozen=True, slots=True)
class KqlPlace:
    """A place in rendered KQL, and what the names in it may stand for."""

    file: SourceFile
    offset: int
    catalog: Catalog


def query_at(pack: Pack, path: str, offset: int) -> Place | None:
    """Return the query that a place of a file is in, a function's body included."""
    for query in (*pack.queries.values(), *(function.body for function in pack.functions.values())):
        if query.file.path == path and (found := query.map.derive(offset)) is not None:
            return Place(query, found)
    return None


def kql_at(pack: Pack, query: Query, offset: int) -> KqlPlace | None:
    """Return a place of the query's file in its KQL; None in a tag, or where the template can't be rendered."""
    query = translated(query)
    catalog = catalog_of(pack, query.dialect)
    if not query.is_template:
        for part in split(SourceFile(query.file.path, query.text)):
            found = part.map.through(query.map).derive(offset)
            if found is not None:
                return KqlPlace(part.file, found, catalog)
        return None
    from kqlpack.template import render, variants

    for values in variants(query):
        rendered = render(query, values)
        if not rendered.ok or rendered.map.derive(offset) is None:
            continue
        prepared = prepare(pack, query, rendered.file, rendered.map)
        found = prepared.map.derive(offset)
        if found is not None:
            return KqlPlace(prepared.file, found, catalog)
    return None
