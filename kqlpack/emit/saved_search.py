"""Saved searches as JSON, a file each, as the management API takes them. In: a pack, rendered texts. Out: JSON.

`saved_searches` says what of a pack becomes one, and what that can hold, for whatever it is written down in.
Limits: 15 tags, which the service enforces; 256 characters in a tag's value, as in all tags of Azure Resource Manager.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.emit.artifact import Artifact
from kqlpack.errors import EmitError
from kqlpack.pack.identity import OWNER, object_id
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kqlpack.emit.rendered import RenderedFunction, RenderedQuery
    from kqlpack.pack.document import MappingNode
    from kqlpack.pack.model import Function, Pack, Query

MOST_TAGS: Final = 15
LONGEST_TAG: Final = 256

CODE: Final = "KQL620"
RULE: Final = "target-limits"

# The category by which Microsoft Sentinel finds hunting queries among the saved searches.
HUNTING_CATEGORY: Final = "Hunting Queries"
# "The current version is 2" of the query language, says the resource type.
LANGUAGE_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A saved search, whatever it is written down in. `key` names it for ever."""

    key: str
    category: str
    display_name: str
    query: str
    tags: tuple[tuple[str, str], ...]
    function_alias: str = ""
    function_parameters: str = ""


def emit(
    pack: Pack, queries: Sequence[RenderedQuery], functions: Sequence[RenderedFunction] = ()
) -> tuple[Artifact, ...]:
    """Return a file for each saved search: the body with which it is put, named after the id that it is put under.

    Raises EmitError where a saved search can't hold what the pack says: its diagnostics have the places.
    """
    return tuple(
        Artifact(
            f"{pack.name}/saved-searches/{object_id(search.key)}.json",
            "application/json",
            json.dumps(_body(search), indent=2, sort_keys=True) + "\n",
        )
        for search in saved_searches(pack, queries, functions)
    )


def _body(search: SavedSearch) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "category": search.category,
        "displayName": search.display_name,
        "query": search.query,
        "tags": [{"name": name, "value": value} for name, value in search.tags],
        "version": LANGUAGE_VERSION,
    }
    if search.function_alias:
        properties["functionAlias"] = search.function_alias
    if search.function_parameters:
        properties["functionParameters"] = search.function_parameters
    # Lets the request overwrite what is there.
    return {"etag": "*", "properties": properties}


def saved_searches(
    pack: Pack, queries: Sequence[RenderedQuery], functions: Sequence[RenderedFunction]
) -> tuple[SavedSearch, ...]:
    """Return the saved searches of a pack, sorted by key. Raises EmitError where one would break a limit.

    A query that says nothing about publishing becomes one; a query that names its targets does if `saved_search` or
    `function` is among them, and becomes one more if it is a hunting query. A saved function becomes one with an alias.
    """
    found: list[SavedSearch] = []
    faults: list[Diagnostic] = []
    for rendered in queries:
        found += _of_query(pack, rendered, faults)
    for function in functions:
        found.append(_of_function(pack, function, faults))
    if faults:
        raise EmitError(sorted(faults, key=lambda fault: fault.sort_key))
    return tuple(sorted(found, key=lambda search: search.key))


def _of_query(pack: Pack, rendered: RenderedQuery, faults: list[Diagnostic]) -> Iterator[SavedSearch]:
    query, text = rendered.query, rendered.text.rstrip()
    key = f"{pack.name}/{query.id}"
    publish = query.publish
    wanted = publish.saved_search if publish else {}
    function = publish.function if publish else None
    if wanted is not None or function is not None:
        settings = {**(function or {}), **(wanted or {})}
        alias = str((function or {}).get("alias", ""))
        if alias.startswith("_"):
            faults.append(
                _fault(
                    query,
                    "publish",
                    f"the alias `{alias}` begins with `_`, which Azure keeps for itself",
                    f"write `{alias.lstrip('_')}`",
                )
            )
        yield SavedSearch(
            key=key,
            category=str(settings.get("category") or pack.title or pack.name),
            display_name=str(settings.get("display_name") or query.title or query.id),
            query=text,
            tags=_tags(pack, query, key, settings.get("tags") or {}, faults),
            function_alias=alias,
        )
    if publish and publish.hunting:
        yield SavedSearch(
            key=f"{key}/hunting",
            category=HUNTING_CATEGORY,
            display_name=query.title or query.id,
            query=text,
            tags=_tags(pack, query, key, {}, faults),
        )


def _of_function(pack: Pack, rendered: RenderedFunction, faults: list[Diagnostic]) -> SavedSearch:
    function = rendered.function
    key = f"{pack.name}/functions/{function.name}"
    return SavedSearch(
        key=key,
        category=function.category or pack.title or pack.name,
        display_name=function.title or function.name,
        query=rendered.text.rstrip(),
        tags=_within_limits({**_described(function.description), OWNER: key}, function.body, "description", faults),
        function_alias=function.name,
        function_parameters=declared_parameters(function),
    )


def declared_parameters(function: Function) -> str:
    """Return a function's parameters as KQL declares them."""
    return ", ".join(
        f"{name}:{kind}" + (f" = {default}" if default is not None else "")
        for name, kind, default in function.parameters
    )


def _tags(
    pack: Pack, query: Query, key: str, own: Mapping[str, object], faults: list[Diagnostic]
) -> tuple[tuple[str, str], ...]:
    """Return a query's tags, of which Microsoft Sentinel reads the first three; the author's own replace them."""
    described = _described(query.description)
    values = {
        "description": described.pop("description", ""),
        "tactics": ",".join(query.tactics),
        # Microsoft Sentinel keeps a technique's own number and its part's in two tags.
        "techniques": ",".join(dict.fromkeys(technique.partition(".")[0] for technique in query.techniques)),
        "subTechniques": ",".join(technique for technique in query.techniques if "." in technique),
        "severity": query.severity,
        "tags": ",".join(dict.fromkeys((*pack.tags, *query.tags))),
        **described,
    }
    if OWNER in own:
        faults.append(
            _fault(
                query,
                "publish",
                f"the tag `{OWNER}` says which pack an object belongs to",
                "give the tag another name",
            )
        )
    values.update({name: str(value) for name, value in own.items()})
    values[OWNER] = key
    return _within_limits({name: value for name, value in values.items() if value}, query, "tags", faults)


def _described(description: str) -> dict[str, str]:
    """Return a description in as many tags as it needs: `description`, `description 2`, ... Nothing of it is lost."""
    pieces: list[str] = []
    for word in description.split():
        if pieces and len(pieces[-1]) + 1 + len(word) <= LONGEST_TAG:
            pieces[-1] += f" {word}"
        else:
            pieces.append(word)
    return {"description" if not place else f"description {place + 1}": piece for place, piece in enumerate(pieces)}


def _within_limits(
    tags: dict[str, str], query: Query, key: str, faults: list[Diagnostic]
) -> tuple[tuple[str, str], ...]:
    if len(tags) > MOST_TAGS:
        faults.append(
            _fault(
                query,
                key,
                f"`{query.id}` would have {len(tags)} tags, and a saved search takes {MOST_TAGS}",
                "shorten its description, or leave out some of `publish: saved_search: tags`",
            )
        )
    for name, value in tags.items():
        if len(value) > LONGEST_TAG:
            faults.append(
                _fault(
                    query,
                    name,
                    f"the tag `{name}` of `{query.id}` would have {len(value)} characters, and a saved "
                    f"search takes {LONGEST_TAG}",
                    f"leave out some of `{name}`",
                )
            )
    return tuple(tags.items())


def _fault(query: Query, key: str, message: str, help: str) -> Diagnostic:
    node: MappingNode | None = query.node
    place = (
        Annotation(node.file, node.key_span(key))
        if node
        else Annotation(query.file, Span(query.span.start, query.span.start))
    )
    return Diagnostic(CODE, RULE, Severity.ERROR, message, place, help=help, query=query.id)
