"""`kqlpack format`: sets the KQL of packs and files in one style."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.streams import (
    Stopped,
    has_colors,
    is_unread,
    read_standard_input,
    save,
    show_differences,
    write_standard_output,
)
from kqlpack.pipeline import Found, discover, target_of
from kqlpack.pipeline.format import Outcome, format_found, format_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.pipeline.format import NewText

CHANGES_OR_FINDINGS: Final = 1
NOTHING_SET: Final = 2


@click.command("format")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when something would change.")
@click.option("--diff", is_flag=True, help="As --check, and show what would change.")
@click.option(
    "--stdin-filename",
    default="stdin.kql",
    metavar="NAME",
    show_default=True,
    help="With PATH `-`: the name of what is read from standard input.",
)
@pack_path_option
def command(paths: tuple[str, ...], check: bool, diff: bool, stdin_filename: str, pack_path: tuple[Path, ...]) -> int:
    """Set the KQL inside of packs, and files of KQL, in one style. No PATH: the current folder.

    White space changes, and nothing else; of a pack only the lines of its `query: |` blocks. Each result is proven to
    have the same tokens, comments and meaning before it is written. `// kqlpack: format off` and `// kqlpack: format
    on`, each on its own line, keep what is between them.

    Exits with 1 when a text has a syntax error (it stays as it is), and with 2 when a path can't be read, or when there
    was nothing to set.

    \b
    Examples:
      kqlpack format
      kqlpack format packs/entra-signins --check
      kqlpack format - < query.kql
    """
    if paths == ("-",):
        return _standard_input(stdin_filename, pack_path, check=check, diff=diff)
    found = discover(paths or (".",))
    found = replace(found, targets=[replace(target, pack_path=pack_path) for target in found.targets])
    outcome = format_found(found)
    if diff:
        _show_diff(outcome.changed)
    for one in outcome.changed:
        if not (check or diff):
            save(one.file, one.text)
        click.echo(f"{'would format' if check or diff else 'formatted'} {one.file.path}", err=True)
    _report(outcome, is_dry=check or diff)
    return _exit_code(outcome, found, paths, is_dry=check or diff)


def _exit_code(outcome: Outcome, found: Found, named: tuple[str, ...] = (), *, is_dry: bool) -> int:
    for refused in found.refused:
        click.echo(f"kqlpack: `{refused.path}` was not set: {refused.reason}", err=True)
    if found.refused or any(is_unread(one, named) for one in outcome.diagnostics):
        return NOTHING_SET
    if outcome.diagnostics or (is_dry and outcome.changed):
        return CHANGES_OR_FINDINGS
    if not outcome.queries:
        click.echo("kqlpack: no query was found to set; name a pack, or a file of KQL", err=True)
        return NOTHING_SET
    return 0


def _report(outcome: Outcome, *, is_dry: bool) -> None:
    """Print findings, what was left alone and the sum, all to standard error: standard output is for texts."""
    from kqlpack.diagnostics.render.text import message

    color = has_colors(sys.stderr)
    for one in outcome.diagnostics:
        click.echo(message(one, color=color) + "\n", err=True)
    for skipped in outcome.skipped:
        click.echo(f"skipped {skipped.path}: {skipped.reason}", err=True)
    if outcome.queries:
        changed, files = len(outcome.changed), len(outcome.files)
        verb = "would change" if is_dry else "changed"
        queries = _count(outcome.queries, "query", "queries")
        click.echo(f"{changed} of {_count(files, 'file', 'files')} {verb}, {queries} looked at.", err=True)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _show_diff(changed: Sequence[NewText]) -> None:
    show_differences((one.file, one.text) for one in changed)


def _standard_input(name: str, pack_path: tuple[Path, ...], *, check: bool, diff: bool) -> int:
    """Set what comes from standard input, as if it were in a file of that name, and print it."""
    given = read_standard_input(name)
    target = target_of(Path(name), given.text)
    if isinstance(target, str):
        raise Stopped(f"`{name}` can't be set: {target}")
    outcome = Outcome()
    target = replace(target, pack_path=pack_path)
    format_target(target, outcome, texts={name: given.text})
    if diff:
        _show_diff(outcome.changed)
    elif not check:
        write_standard_output(given, outcome.changed[0].text if outcome.changed else given.text)
    if outcome.diagnostics or outcome.skipped:
        _report(outcome, is_dry=check or diff)
    return _exit_code(outcome, Found(targets=[target]), is_dry=check or diff)
