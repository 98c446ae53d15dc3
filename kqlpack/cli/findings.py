"""Where findings go. In: a report, and what was asked for. Out: standard output, files, the summary of a job.

In GitHub Actions and Azure Pipelines the format is theirs, unless another one was asked for.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack.cli.streams import cannot, has_colors
from kqlpack.diagnostics.render import formats, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kqlpack.diagnostics import Run
    from kqlpack.pipeline import Report

GITHUB: Final = "github"
AZURE: Final = "azure"
# What a service says of itself, and where the repository is that it shows.
_SERVICES: Final = {
    GITHUB: ("GITHUB_ACTIONS", "GITHUB_WORKSPACE"),
    AZURE: ("TF_BUILD", "BUILD_SOURCESDIRECTORY"),
    "gitlab": ("GITLAB_CI", "CI_PROJECT_DIR"),
}
# What is the service's own holds commands on purpose, and no others.
_OWN: Final = frozenset({GITHUB, AZURE})
_JSON: Final = frozenset({"json", "jsonl", "sarif", "gitlab"})


def service() -> str:
    """Return the CI service that kqlpack runs in, by the name of its format; empty elsewhere."""
    return next((name for name, (mark, _) in _SERVICES.items() if os.environ.get(mark, "").lower() == "true"), "")


def chosen_format(asked: str | None) -> str:
    """Return the format of standard output."""
    return asked or (service() if service() in {GITHUB, AZURE} else "text")


def root() -> str:
    """Return the folder of the repository that the service shows; empty outside of one: the current folder."""
    inside = service()
    return os.environ.get(_SERVICES[inside][1], "") if inside else ""


def outputs(given: Sequence[str]) -> list[tuple[str, str]]:
    """Return what `--output` named: formats with their files."""
    result: list[tuple[str, str]] = []
    for text in given:
        format_, equals, path = text.partition("=")
        if not equals or not path:
            raise click.UsageError(f"--output takes FORMAT=FILE, not `{text}`")
        if format_ not in formats():
            raise click.UsageError(f"--output knows no format `{format_}`; there are {', '.join(formats())}")
        if any(path == other for _, other in result):
            raise click.UsageError(f"--output names `{path}` twice, so that one would overwrite the other")
        result.append((format_, path))
    return result


def tell(
    report: Report,
    run: Run,
    format_: str,
    files: Sequence[tuple[str, str]] = (),
    finish: Callable[[str], str] = str,
) -> None:
    """Print findings, and write them into the files that were asked for and into the summary of the job.

    `finish` makes of all that the format has to say what is printed.
    """
    shown = replace(run, width=shutil.get_terminal_size().columns) if sys.stdout.isatty() else run
    text = render(format_, report.diagnostics, report.checked, color=has_colors(sys.stdout), run=shown)
    click.echo(_harmless(finish(text), format_), nl=False)
    for other, path in files:
        try:
            content = render(other, report.diagnostics, report.checked, run=run)
            Path(path).write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise cannot(path, "written", error) from None
    summary = os.environ.get("GITHUB_STEP_SUMMARY") if service() == GITHUB else None
    if summary:
        try:
            with open(summary, "a", encoding="utf-8", newline="\n") as stream:
                stream.write(render("markdown", report.diagnostics, report.checked, run=run))
        except OSError as error:
            # The findings have been told; that the job's page lacks its table fails no run.
            click.echo(f"kqlpack: the job's summary is missing: {cannot(summary, 'written', error).message}", err=True)


def _harmless(text: str, format_: str) -> str:
    """Return a text in which the service's log finds no command: anybody's query may stand in it.

    To programs that read it, it says the same.
    """
    inside = service()
    if inside not in _OWN or format_ in _OWN:
        return text
    if format_ == "junit":
        return re.sub(r"(?m)^(\s*):(?=:)", r"\1&#58;", text.replace("##", "#&#35;"))
    if format_ in _JSON:
        return text.replace("##", r"#\u0023")
    from kqlpack.diagnostics.render import azure, github

    return github.without_commands(text) if inside == GITHUB else azure.without_commands(text)
