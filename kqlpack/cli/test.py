"""`kqlpack test`: runs the tests that packs bring along."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.queries import Findings, find_queries
from kqlpack.cli.streams import Stopped

if TYPE_CHECKING:
    from pathlib import Path

    from kqlpack.execute.verify import Outcome


@click.command("test")
@click.argument("names", nargs=-1, metavar="[PACK[:QUERY]]...")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Name the tests that pass, too.")
@pack_path_option
def command(names: tuple[str, ...], format_: str, verbose: bool, pack_path: tuple[Path, ...]) -> int:
    """Run the packs' own tests on the embedded engine. No PACK: those below the current folder.

    Exits with 1 when a test fails, and with 2 when there was none to run.

    \b
    Examples:
      kqlpack test
      kqlpack test packs/entra-signins
      kqlpack test packs/entra-signins:password-spray -v
    """
    from kqlpack.execute.verify import verify

    started = time.perf_counter()
    outcomes: list[tuple[str, Outcome]] = []
    untested: list[str] = []
    broken, code = 0, 0
    for name in names or _packs_here():
        try:
            pack, queries = find_queries(name, pack_path)
        except Findings as findings:
            # One pack that can't be loaded must not hide what the others' tests say.
            findings.show()
            broken += 1
            code = max(code, findings.code)
            continue
        for query in queries:
            if not query.tests:
                untested.append(f"{pack.name}:{query.id}")
            for test in query.tests:
                outcome = verify(pack, query, test)
                outcomes.append((pack.name, outcome))
                if format_ == "text":
                    _say(pack.name, outcome, verbose=verbose)
    failed = sum(not outcome.passed for _, outcome in outcomes)
    if format_ == "json":
        click.echo(json.dumps([_row(name, outcome) for name, outcome in outcomes], indent=1, ensure_ascii=False))
    else:
        for name in untested:
            click.echo(f"no test  {name}")
        seconds = time.perf_counter() - started
        click.echo(f"{len(outcomes) - failed} passed, {failed} failed in {seconds:.1f} s")
    if broken:
        click.echo(f"kqlpack: {'1 pack' if broken == 1 else f'{broken} packs'} could not be loaded", err=True)
        return code
    if not outcomes:
        click.echo("kqlpack: there was no test to run", err=True)
        return 2
    return 1 if failed else 0


def _packs_here() -> list[str]:
    from kqlpack.pipeline import discover

    packs = [str(target.path) for target in discover((".",)).targets if target.is_pack]
    if not packs:
        raise Stopped("there is no pack below the current folder; name one")
    return packs


def _say(pack: str, outcome: Outcome, *, verbose: bool) -> None:
    label = f"{pack}:{outcome.query.id} · {outcome.test.name}"
    if not outcome.passed:
        line, _ = outcome.test.file.line_column(outcome.test.span.start)
        click.echo(f"FAILED   {label}\n         {outcome.test.file.path}:{line}")
        for failure in outcome.failures:
            click.echo(f"         {failure}")
    elif verbose or outcome.warnings:
        click.echo(f"passed   {label}")
    if found := (*outcome.diagnostics, *outcome.warnings):
        Findings(found).show(sys.stdout)


def _row(pack: str, outcome: Outcome) -> dict[str, Any]:
    line, column = outcome.test.file.line_column(outcome.test.span.start)
    return {
        "pack": pack,
        "query": outcome.query.id,
        "test": outcome.test.name,
        "passed": outcome.passed,
        "failures": [*outcome.failures, *(one.message for one in outcome.diagnostics)],
        "warnings": [one.message for one in outcome.warnings],
        "path": outcome.test.file.path,
        "line": line,
        "column": column,
    }
