"""`kqlpack schema`: prints the JSON Schemas of the formats, for editors."""

from __future__ import annotations

import json

import click

from kqlpack.pack.format import json_schema, query_json_schema


@click.command("schema")
@click.argument("name", type=click.Choice(["pack", "query"]))
def command(name: str) -> int:
    """Print the JSON Schema of a pack's file, or of a file in queries/.

    \b
    Examples:
      kqlpack schema pack > pack.schema.json
      kqlpack schema query > query.schema.json
    """
    schema = json_schema() if name == "pack" else query_json_schema()
    click.echo(json.dumps(schema, indent=1, ensure_ascii=False))
    return 0
