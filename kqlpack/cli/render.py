"""`kqlpack render`: prints what would be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.queries import find_queries, read_values, render_query
from kqlpack.cli.streams import Stopped
from kqlpack.diagnostics.render.json import json_range
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from kqlpack.pack import Query, Value
    from kqlpack.template import Rendered


@click.command("render")
@click.argument("name", metavar="PACK[:QUERY]")
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE", help="A parameter's value; repeatable.")
@click.option("--params", "file", metavar="FILE", help="Values from a YAML or JSON file.")
@click.option("--map", "with_map", is_flag=True, help="Also print where each value came from, as comments.")
@click.option("--all-variants", is_flag=True, help="Print each variant of the template that `lint` checks.")
@click.option("--format", "format_", type=click.Choice(["kql", "json"]), default="kql", show_default=True)
@pack_path_option
def command(
    name: str,
    given: tuple[str, ...],
    file: str | None,
    with_map: bool,
    all_variants: bool,
    format_: str,
    pack_path: tuple[Path, ...],
) -> int:
    """Print a query, or all of a pack, as it would be sent; secret values are shown as `***`.

    It takes other people's files too (KQL, Microsoft Sentinel's YAML, ARM and workbook JSON, Markdown); a workbook's
    placeholders are parameters then.

    \b
    Examples:
      kqlpack render packs/entra-signins:password-spray
      kqlpack render packs/entra-signins:password-spray -p lookback=7d -p 'users=["a@contoso.example"]' --map
      kqlpack render packs/entra-signins:password-spray --all-variants
      kqlpack render packs/entra-signins --format json
    """
    pack, queries = find_queries(name, pack_path)
    if not queries:
        raise Stopped(f"`{name}` has no query")
    rows = []
    others = frozenset(name for query in queries for name in query.parameters)
    for query in queries:
        assignments = list(_assignments(query, given, file, others, all_variants=all_variants))
        for number, values in enumerate(assignments, start=1):
            rendered = render_query(query, values)
            row: dict[str, Any] = {"query": query.id, "title": query.title}
            if all_variants:
                row["variant"] = number
                row["variants"] = len(assignments)
                row["parameters"] = {key: str(value) for key, value in rendered.values.items()}
            row["text"] = rendered.redacted()
            if with_map:
                row["map"] = list(_map(rendered))
            rows.append(row)
    if format_ == "json":
        click.echo(json.dumps({"pack": pack.name, "queries": rows}, indent=1, ensure_ascii=False))
        return 0
    for index, row in enumerate(rows):
        if len(rows) > 1:
            click.echo(f"{'' if index == 0 else chr(10)}// {pack.name}:{row['query']}{_variant(row)}")
        click.echo(row["text"].rstrip("\n"))
        for one in row.get("map", ()):
            if "tag" in one:
                click.echo(_line(one))
    return 0


def _assignments(
    query: Query, given: tuple[str, ...], file: str | None, others: Collection[str], *, all_variants: bool
) -> Iterator[Mapping[str, Value]]:
    if not all_variants:
        yield read_values(query, given, file, others=others)
        return
    from kqlpack.template import variants

    # What is given holds in every variant.
    fixed = read_values(query, given, file, may_lack=True, others=others) if given or file else {}
    seen: list[dict[str, str]] = []
    for values in variants(query):
        whole = {**values, **fixed}
        key = {name: repr(value.value) for name, value in whole.items()}
        if key not in seen:
            seen.append(key)
            yield whole


def _variant(row: Mapping[str, Any]) -> str:
    if "variant" not in row:
        return ""
    values = ", ".join(f"{name}={' '.join(value.split())}" for name, value in row["parameters"].items())
    return f", variant {row['variant']} of {row['variants']}: {values}"


# ---- where it came from ----------------------------------------------------------------------------------------------


def _map(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """Yield each part of the text with its place there and in the file; `tag` is the one that it came out of.

    Places count in the text as it is shown: how long a secret is, is nobody's business.
    """
    shown = SourceFile("", rendered.redacted())
    done = 0
    for segment in rendered.map.segments:
        if not segment.derived and not segment.rendered:
            continue
        source = segment.included or rendered.map.file
        text = rendered.text[segment.derived.start : segment.derived.end]
        if any(span.start < segment.derived.end and segment.derived.start < span.end for span in rendered.secrets):
            text = "***"
        row = {
            "text": text,
            "rendered": json_range(shown, Span(done, done + len(text))),
            "path": source.path,
            "range": json_range(source, segment.origin),
            "exact": segment.exact,
        }
        if segment.rendered:
            row["tag"] = source.text[segment.origin.start : segment.origin.end]
        done += len(text)
        yield row


def _line(one: Mapping[str, Any]) -> str:
    """Return a value's origin as a comment of KQL, so that what is printed stays a query."""
    here, there = one["rendered"]["start"], one["range"]["start"]
    text, tag = (" ".join(str(one[key]).split()) for key in ("text", "tag"))
    shown = text if len(text) <= 60 else text[:59] + "…"
    origin = f"{one['path']}:{there['line']}:{there['column']}"
    return f"// {here['line']}:{here['column']} {shown or '(nothing)'} <- {origin} {tag}"
