"""`kqlpack render`: prints what would be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.queries import find_queries, read_values, render_query
from kqlpack.cli.streams import Stopped

if TYPE_CHECKING:
    from pathlib import Path


@click.command("render")
@click.argument("name", metavar="PACK[:QUERY]")
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter's value; repeatable.")
@click.option("--params", "file", metavar="FILE", help="Values from a YAML or JSON file.")
@click.option("--format", "format_", type=click.Choice(["kql", "json"]), default="kql", show_default=True)
@pack_path_option
def command(name: str, given: tuple[str, ...], file: str | None, format_: str, pack_path: tuple[Path, ...]) -> int:
    """Print a query, or all of a pack, as it would be sent; secret values are shown as `***`.

    \b
    Examples:
      kqlpack render packs/entra-signins:password-spray
      kqlpack render packs/entra-signins:password-spray -p lookback=7d -p 'users=["a@contoso.example"]'
      kqlpack render packs/entra-signins --format json
    """
    pack, queries = find_queries(name, pack_path)
    if not queries:
        raise Stopped(f"`{name}` has no query")
    rows = []
    for query in queries:
        rendered = render_query(query, read_values(query, given, file))
        rows.append({"query": query.id, "title": query.title, "text": rendered.redacted()})
    if format_ == "json":
        click.echo(json.dumps({"pack": pack.name, "queries": rows}, indent=1, ensure_ascii=False))
        return 0
    for index, row in enumerate(rows):
        if len(rows) > 1:
            click.echo(f"{'' if index == 0 else chr(10)}// {pack.name}:{row['query']}")
        click.echo(row["text"].rstrip("\n"))
    return 0
