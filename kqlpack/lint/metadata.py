"""What rules ask about the words that describe a query. In: a `Query`. Out: nodes, suggestions."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.pack import Query
    from kqlpack.pack.document import ScalarNode


def tactics(query: Query) -> Iterator[ScalarNode]:
    """Yield the query's tactics, in its own file or in other people's."""
    return _texts(query, "tactics")


def techniques(query: Query) -> Iterator[ScalarNode]:
    """Yield the query's techniques; Microsoft Sentinel calls them relevant."""
    return _texts(query, "techniques" if query.is_template else "relevantTechniques")


def is_plain(node: ScalarNode) -> bool:
    """Tell whether a value stands without quotes, as it is, so that another may be written in its place."""
    return node.file.text[node.span.start : node.span.end] == node.text


def meant(text: str, known: Iterable[str]) -> str:
    """Return the question whether something similar was meant; empty where nothing is."""
    found = get_close_matches(text, sorted(set(known)), n=1)
    return f"did you mean `{found[0]}`?" if found else ""


def _texts(query: Query, key: str) -> Iterator[ScalarNode]:
    if query.node is None:
        return
    from kqlpack.pack.document import ScalarNode, SequenceNode

    found = query.node.get(key)
    for item in found.items if isinstance(found, SequenceNode) else ():
        # What is no text to YAML was told as such.
        if isinstance(item, ScalarNode) and item.tag == "str" and item.text.strip():
            yield item
