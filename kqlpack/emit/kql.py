"""Plain KQL, a file for each query and function. In: a pack, its rendered queries. Out: `.kql` files with headers.

The header is a comment: the title, the description and, in its last line, whose text it is. `read_header` of
`kqlpack.pack.kql_header` reads it back. A function is a `let` statement: it stands before what calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.emit.artifact import Artifact
from kqlpack.emit.saved_search import declared_parameters
from kqlpack.pack.identity import Owner
from kqlpack.pack.kql_header import header, let_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.emit.rendered import RenderedFunction, RenderedQuery
    from kqlpack.pack.model import Pack

_MEDIA_TYPE = "text/plain"


def emit(
    pack: Pack, queries: Sequence[RenderedQuery], functions: Sequence[RenderedFunction] = ()
) -> tuple[Artifact, ...]:
    """Return the files, queries first, each kind sorted by name."""
    found = []
    for rendered in sorted(queries, key=lambda one: one.query.id):
        query = rendered.query
        head = header(query.title or query.id, query.description, Owner(pack.name, query.id))
        found.append(Artifact(f"{pack.name}/{query.id}.kql", _MEDIA_TYPE, head + _ended(rendered.text)))
    for one in sorted(functions, key=lambda one: one.function.name):
        function = one.function
        head = header(function.title or function.name, function.description, Owner(pack.name, "", function.name))
        text = let_statement(function.name, declared_parameters(function), _ended(one.text))
        found.append(Artifact(f"{pack.name}/functions/{function.name}.kql", _MEDIA_TYPE, head + text))
    return tuple(found)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
