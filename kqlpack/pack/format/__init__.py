"""The pack format, version 1, as shapes: every key, what it may hold, what it is for. In: nothing. Out: records.

This is the one place where a key of the format is named for checking; the JSON Schemas are made from it. A module
for each section.
"""

from __future__ import annotations

from typing import Any, Final

from kqlpack.pack.format.pack import PACK
from kqlpack.pack.format.profile import PROFILE
from kqlpack.pack.format.query import QUERY
from kqlpack.pack.format.test import TESTS
from kqlpack.pack.format.words import PACK_NAME, day

# The newest draft that language servers for YAML read; the format needs nothing of a later one.
_DRAFT: Final = "http://json-schema.org/draft-07/schema#"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pack's file."""
    return _titled("kqlpack pack, version 1", "A pack of KQL queries: pack.yaml.", PACK.json_schema())


def query_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file in queries/."""
    return _titled("kqlpack query, version 1", "A query of a pack: queries/ID.yaml.", QUERY.json_schema())


def tests_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file in tests/: the list itself, or a mapping that has it under `tests`."""
    tests = TESTS.json_schema()
    wrapped = {
        "type": "object",
        "properties": {"tests": {**tests, "description": "The tests of the query that the file is named after."}},
        "required": ["tests"],
    }
    return _titled(
        "kqlpack tests, version 1", "The tests of a pack's query: tests/ID.yaml.", {"anyOf": [tests, wrapped]}
    )


def profile_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a workspace's profile."""
    return _titled("kqlpack profile, version 1", "What is known of a workspace.", PROFILE.json_schema())


def _titled(title: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DRAFT, "title": title, "description": description, **schema}


__all__: Final = [
    "PACK",
    "PACK_NAME",
    "PROFILE",
    "QUERY",
    "TESTS",
    "day",
    "json_schema",
    "profile_json_schema",
    "query_json_schema",
    "tests_json_schema",
]
