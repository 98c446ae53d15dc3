"""`kqlpack schema`: prints the JSON Schemas of the formats, for editors."""

from __future__ import annotations

import json
from typing import Final

import click

from kqlpack.config import json_schema as config_json_schema
from kqlpack.pack.format import json_schema, profile_json_schema, query_json_schema, tests_json_schema

SCHEMAS: Final = {
    "pack": json_schema,
    "query": query_json_schema,
    "tests": tests_json_schema,
    "profile": profile_json_schema,
    "config": config_json_schema,
}


@click.command("schema")
@click.argument("name", type=click.Choice(list(SCHEMAS)))
def command(name: str) -> int:
    """Print the JSON Schema of a pack's file, of a file in queries/ or tests/, of a profile, or of kqlpack.toml.

    \b
    Examples:
      kqlpack schema pack > pack.schema.json
      kqlpack schema query > query.schema.json
      kqlpack schema tests > tests.schema.json
      kqlpack schema config > config.schema.json
    """
    click.echo(schema_text(name), nl=False)
    return 0


def schema_text(name: str) -> str:
    """Return the text of a schema's file."""
    return json.dumps(SCHEMAS[name](), indent=1, ensure_ascii=False) + "\n"
