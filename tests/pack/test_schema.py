"""The JSON Schemas say what the loader does, and explain every key to whoever writes one in an editor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from kqlpack.pack import format as pack_format
from kqlpack.pack.document import compose, plain_value
from kqlpack.pack.findings import Findings
from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PACKS = sorted((HERE.parents[1] / "packs").iterdir())
SCHEMAS = {
    "pack": pack_format.json_schema(),
    "query": pack_format.query_json_schema(),
    "tests": pack_format.tests_json_schema(),
}
# What only YAML's own rules say: keys that it takes for something else than texts.
BEYOND_JSON_SCHEMA = {"keys-that-are-no-texts"}
WRONG = [
    path
    for path in sorted((HERE / "wrong").glob("*.yaml"))
    if "KQL601" in path.read_text("utf-8").partition("\n")[0] and path.stem not in BEYOND_JSON_SCHEMA
]


def properties(schema: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property anywhere in a schema, with its place."""
    if isinstance(schema, dict):
        for name, found in schema.get("properties", {}).items():
            yield f"{place}.{name}", found
            yield from properties(found, f"{place}.{name}")
        for key, found in schema.items():
            # These hold values or keys of their own, no schemas.
            if key not in {"properties", "examples", "default", "enum", "const"}:
                yield from properties(found, f"{place}.{key}")
    elif isinstance(schema, list):
        for number, found in enumerate(schema):
            yield from properties(found, f"{place}[{number}]")


EVERY = [found for name, schema in SCHEMAS.items() for found in properties(schema, name)]


def read(path: Path) -> Any:
    """Return what a YAML file holds, dates as texts: as editors read it."""
    root = compose(SourceFile(str(path), path.read_text("utf-8")), Findings()).root
    return None if root is None else plain_value(root)


def is_valid(document: Any, schema: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft7Validator(schema).is_valid(document))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_by_the_metaschema_and_claims_no_address(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == jsonschema.Draft7Validator.META_SCHEMA["$id"]
    assert "$id" not in SCHEMAS[name]
    assert SCHEMAS[name]["title"]
    assert SCHEMAS[name]["description"]


def test_every_key_has_a_description() -> None:
    assert len(EVERY) > 150
    assert [place for place, schema in EVERY if not schema.get("description", "").endswith(".")] == []


def test_a_description_with_code_in_it_is_markdown_too() -> None:
    wrong = [place for place, schema in EVERY if ("`" in schema["description"]) != ("markdownDescription" in schema)]
    assert wrong == []


def test_examples_and_defaults_are_values_that_the_key_takes() -> None:
    wrong = [
        (place, value)
        for place, schema in EVERY
        for value in (*schema.get("examples", ()), *([schema["default"]] if "default" in schema else []))
        if not is_valid(value, schema)
    ]
    assert wrong == []
    assert sum("examples" in schema for _, schema in EVERY) > 50


def test_a_text_of_no_fixed_form_or_choice_has_an_example() -> None:
    lacking = [
        place
        for place, schema in EVERY
        if schema.get("type") == "string" and "enum" not in schema and "examples" not in schema
    ]
    assert lacking == []


@pytest.mark.parametrize("path", [HERE / "valid" / "everything.yaml", *(path / "pack.yaml" for path in PACKS)], ids=str)
def test_the_schema_accepts_a_pack_that_the_loader_accepts(path: Path) -> None:
    jsonschema.validate(read(path), SCHEMAS["pack"])


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.name)
def test_the_schemas_accept_the_queries_and_tests_of_a_pack(path: Path) -> None:
    queries, tests = sorted(path.glob("queries/*.yaml")), sorted(path.glob("tests/*.yaml"))
    assert queries
    assert tests
    for file in queries:
        jsonschema.validate(read(file), SCHEMAS["query"])
    for file in tests:
        jsonschema.validate(read(file), SCHEMAS["tests"])


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_the_schema_refuses_a_pack_whose_form_the_loader_refuses(path: Path) -> None:
    assert not is_valid(read(path), SCHEMAS["pack"])


@pytest.mark.parametrize(
    "document",
    [
        {"tittle": "y"},
        {"title": ""},
        {"version": "1"},
        {"queries": [{"id": "a"}]},
        {"parameters": {"n": {"type": "strng"}}},
        {"tables": {"T_CL": {"columns": {"A": "strin"}}}},
    ],
    ids=str,
)
def test_the_schema_refuses_a_slip(document: dict[str, Any]) -> None:
    assert is_valid({"kqlpack": 1, "name": "x"}, SCHEMAS["pack"])
    assert not is_valid({"kqlpack": 1, "name": "x", **document}, SCHEMAS["pack"])
