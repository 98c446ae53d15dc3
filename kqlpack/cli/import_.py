"""`kqlpack import`: makes packs of other people's files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kqlpack.cli.streams import Stopped, cannot, has_colors, save
from kqlpack.convert import KINDS, Adopted, adopt
from kqlpack.pipeline import split
from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES = {
    "sentinel": (".yaml", ".yml"),
    "arm": (".json", ".jsonc", ".workbook"),
    "saved-search": (".json", ".jsonc"),
    "msticpy": (".yaml", ".yml"),
    "kql": (".kql", ".csl", ".kusto"),
}


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", metavar="DIR", help="The pack's folder; default: its name, in the current folder.")
@click.option("--name", default="", help="The pack's name; default: made from the first file's.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
def command(kind: str, paths: tuple[str, ...], output: str | None, name: str, force: bool) -> int:
    """Make a pack of Microsoft Sentinel's YAML, ARM templates and workbooks, saved searches, msticpy's or KQL files.

    What stands in braces (`{start}`, `{{user}}`, `{TimeRange}`, `$user`) becomes a typed parameter. What a pack can't
    keep is listed. A folder stands for all files of the kind in it. What `kqlpack build` wrote comes back with the ids
    and the name that it had.

    \b
    Examples:
      kqlpack import sentinel Detections/SigninLogs/*.yaml --name signin-rules
      kqlpack import arm azuredeploy.json -o packs/azure
      kqlpack import msticpy kql_sent_az.yaml
      kqlpack import kql hunting/ --name hunting
    """
    files = [file for path in paths for file in _files(path, kind)]
    if not files:
        raise Stopped(f"no file ending in {' or '.join(_SUFFIXES[kind])} was found")
    made = adopt(kind, files, name, split=_split)
    _report(made)
    if not made.queries:
        click.echo("kqlpack: no query was found to import", err=True)
        return 2
    folder = Path(output or made.name)
    there = [path for path in made.files if (folder / path).exists()]
    if there and not force:
        raise Stopped(f"`{folder / there[0]}` is there already, and nothing was written; --force writes over it")
    for path, text in made.files.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise cannot(target, "written", error) from None
    if kind == "msticpy":
        _set(folder)
    click.echo(
        f"wrote {made.queries} {'query' if made.queries == 1 else 'queries'} to {folder}; next: kqlpack lint {folder}"
    )
    return 0


def _split(text: str) -> list[str]:
    """Part a text of several queries at its blank lines, as `lint` does."""
    return [part.file.text for part in split(SourceFile("", text))]


def _files(path: str, kind: str) -> Iterator[Path]:
    found = Path(path)
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        if not os.path.exists(path):  # noqa: PTH110 - as above
            raise Stopped(f"there is no file `{path}`")
        yield found
        return
    for here, folders, names in os.walk(found):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(_SUFFIXES[kind]):
                yield Path(here) / name


def _set(folder: Path) -> None:
    """Set the queries: msticpy's files have them folded into one line."""
    from kqlpack.pipeline import discover
    from kqlpack.pipeline.format import format_found

    for one in format_found(discover((folder,))).changed:
        save(one.file, one.text)


def _report(made: Adopted) -> None:
    """Print what the pack does not keep, and what could not be read, to standard error."""
    from kqlpack.diagnostics.render.text import message

    color = has_colors(sys.stderr)
    for one in made.diagnostics:
        click.echo(message(one, color=color) + "\n", err=True)
    for note in made.notes:
        click.echo(f"{note.query or 'a query'}: {note.text}", err=True)
