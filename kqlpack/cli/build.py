"""`kqlpack build`: writes what a pack becomes."""

from __future__ import annotations

from pathlib import Path

import click

from kqlpack.cli.queries import Findings, load_pack, render_query
from kqlpack.emit import RenderedFunction, RenderedQuery, emitter, summary, targets
from kqlpack.errors import EmitError


@click.command("build")
@click.argument("names", nargs=-1, metavar="PACK...")
@click.option("--target", type=click.Choice(targets()), help="What to write.")
@click.option("-o", "--output", metavar="DIR", default="build", show_default=True, help="Where to write it.")
@click.option("--list-targets", is_flag=True, help="List the targets.")
def command(names: tuple[str, ...], target: str | None, output: str, list_targets: bool) -> int:
    """Write what packs become: templates for a deployment.

    Parameters get their defaults: what is published takes none.

    \b
    Examples:
      kqlpack build packs/entra-signins --target arm
      kqlpack build packs/* --target arm -o out
      kqlpack build --list-targets
    """
    if list_targets:
        for name in targets():
            click.echo(f"{name}  {summary(name)}")
        return 0
    if not names:
        raise click.UsageError("name a pack")
    if target is None:
        raise click.UsageError(f"say what to write: --target {' or '.join(targets())}")
    written = 0
    for name in names:
        written += _build(name, target, Path(output))
    if not written:
        click.echo("kqlpack: these packs publish nothing of that kind", err=True)
        return 2
    return 0


def _build(name: str, target: str, folder: Path) -> int:
    pack = load_pack(name)
    queries = [RenderedQuery(query, render_query(query, {}).text) for query in pack.queries.values()]
    functions = [RenderedFunction(one, render_query(one.body, {}).text) for one in pack.functions.values()]
    try:
        artifacts = emitter(target)(pack, queries, functions)
    except EmitError as error:
        raise Findings(error.diagnostics) from None
    for artifact in artifacts:
        path = folder / artifact.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(artifact.content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise click.UsageError(f"`{path}` can't be written: {(error.strerror or str(error)).lower()}") from None
        click.echo(f"wrote {path}")
    return len(artifacts)
