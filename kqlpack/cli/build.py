"""`kqlpack build`: writes what a pack becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.queries import Findings, load_pack, render_query
from kqlpack.cli.streams import Stopped, cannot
from kqlpack.diagnostics import Annotation, Diagnostic, Severity
from kqlpack.emit import Artifact, RenderedFunction, RenderedQuery, emitter, summary, targets
from kqlpack.errors import EmitError
from kqlpack.pipeline import analyze_text, catalog_of, prepare

if TYPE_CHECKING:
    from kqlpack.catalog import Catalog
    from kqlpack.pack import Pack, Query

SECRET: Final = ("KQL621", "secret-published")


@click.command("build")
@click.argument("names", nargs=-1, metavar="PACK...")
@click.option("--target", type=click.Choice(targets()), help="What to write.")
@click.option("-o", "--output", metavar="DIR", default="build", show_default=True, help="Where to write it.")
@click.option("--list-targets", is_flag=True, help="List the targets.")
@pack_path_option
def command(
    names: tuple[str, ...], target: str | None, output: str, list_targets: bool, pack_path: tuple[Path, ...]
) -> int:
    """Write what packs become: templates for a deployment, Microsoft Sentinel's YAML, saved searches, plain KQL.

    Parameters get their defaults: what is published takes none. `kqlpack import` makes a pack of it again.

    \b
    Examples:
      kqlpack build packs/entra-signins --target arm
      kqlpack build packs/entra-signins --target kql -o queries
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
    artifacts: dict[str, Artifact] = {}
    for name in names:
        for artifact in _build(name, target, pack_path):
            if artifact.path in artifacts:
                raise Stopped(f"two packs would both be written to `{artifact.path}`: give them other names")
            artifacts[artifact.path] = artifact
    if not artifacts:
        click.echo("kqlpack: these packs publish nothing of that kind", err=True)
        return 2
    for artifact in artifacts.values():
        path = Path(output) / artifact.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(artifact.content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise cannot(path, "written", error) from None
        click.echo(f"wrote {path}")
    return 0


def _build(name: str, target: str, pack_path: tuple[Path, ...]) -> tuple[Artifact, ...]:
    """Return what a pack becomes. Findings stop the command before anything is written."""
    pack = load_pack(name, pack_path)
    known = catalog_of(pack)
    wanted = [query for query in pack.queries.values() if query.publish is None or query.publish.targets]
    queries = [RenderedQuery(query, _publishable(pack, query, known)) for query in wanted]
    functions = [RenderedFunction(one, _publishable(pack, one.body, known)) for one in pack.functions.values()]
    try:
        return emitter(target)(pack, queries, functions)
    except EmitError as error:
        raise Findings(error.diagnostics) from None


def _publishable(pack: Pack, query: Query, known: Catalog) -> str:
    """Return a query's text; one that would fail in the workspace, or would tell a secret, is not published."""
    rendered = render_query(query, {})
    if rendered.secrets:
        names = ", ".join(f"`{one.name}`" for one in query.parameters.values() if one.secret)
        message = f"what is published holds no secret, and this query holds the value of {names}"
        help_ = "leave the parameter out of the query, or the query out of what is built"
        primary = Annotation(query.file, query.span)
        raise Findings([Diagnostic(*SECRET, Severity.ERROR, message, primary, help=help_, query=query.id)])
    prepared = prepare(pack, query, rendered.file, rendered.map)
    bound = analyze_text(prepared.file, known)
    errors = prepared.relocate(one for one in bound.diagnostics if one.severity == "error")
    if errors:
        raise Findings(errors)
    return rendered.text
