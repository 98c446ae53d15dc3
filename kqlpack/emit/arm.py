"""One ARM template of saved searches and saved functions. In: a pack, its rendered queries. Out: JSON for a deployment.

The template is for a resource group, and takes the workspace's name as its parameter. Names of resources are made from
the pack's and the query's, so that the next deployment meets the same objects.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.emit.artifact import Artifact
from kqlpack.emit.saved_search import LANGUAGE_VERSION, SavedSearch, saved_searches
from kqlpack.pack.identity import object_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kqlpack.emit.rendered import RenderedFunction, RenderedQuery
    from kqlpack.pack.model import Pack

_SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_TYPE: Final = "Microsoft.OperationalInsights/workspaces/savedSearches"
# The newest stable version of the resource type in Azure/bicep-types-az.
_API_VERSION: Final = "2026-03-01"
_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)", re.ASCII)


def emit(
    pack: Pack, queries: Sequence[RenderedQuery], functions: Sequence[RenderedFunction] = ()
) -> tuple[Artifact, ...]:
    """Return the template, or nothing where no query is to become a saved search.

    Raises EmitError where a saved search can't hold what the pack says: its diagnostics have the places.
    """
    searches = saved_searches(pack, queries, functions)
    if not searches:
        return ()
    template = {
        "$schema": _SCHEMA,
        "contentVersion": _content_version(pack.version),
        "metadata": {"pack": pack.name, "version": pack.version},
        "parameters": {
            "workspaceName": {
                "type": "string",
                "metadata": {"description": "The name of the Log Analytics workspace, in this resource group."},
                # Source: the resource type Microsoft.OperationalInsights/workspaces in Azure/bicep-types-az.
                "minLength": 4,
                "maxLength": 63,
            }
        },
        "resources": [_resource(search) for search in searches],
    }
    content = json.dumps(template, indent=2, sort_keys=True) + "\n"
    return (Artifact(f"{pack.name}.arm.json", "application/json", content),)


def literal(text: str) -> str:
    """Return a string's notation in a template, where `[` to `]` would be an expression.

    Only a string with both is escaped: in another one the second bracket would stay. Source: the Azure documentation's
    page "Syntax and expressions in ARM templates", "Escape characters".
    """
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def _resource(search: SavedSearch) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "category": literal(search.category),
        "displayName": literal(search.display_name),
        # Lets a deployment overwrite what is there. The type has it one level up; deployments take it from here.
        "etag": "*",
        "query": literal(search.query),
        "tags": [{"name": literal(name), "value": literal(value)} for name, value in search.tags],
        "version": LANGUAGE_VERSION,
    }
    properties.update(_function(search))
    return {
        "type": _TYPE,
        "apiVersion": _API_VERSION,
        "name": f"[concat(parameters('workspaceName'), '/{object_id(search.key)}')]",
        "properties": properties,
    }


def _function(search: SavedSearch) -> Iterator[tuple[str, str]]:
    if search.function_alias:
        yield "functionAlias", literal(search.function_alias)
    if search.function_parameters:
        yield "functionParameters", literal(search.function_parameters)


def _content_version(version: str) -> str:
    """Return the four numbers that a template wants, from a semantic version."""
    match = _VERSION.match(version)
    return f"{match[1]}.{match[2]}.{match[3]}.0" if match else "1.0.0.0"
