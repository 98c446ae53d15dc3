"""`kqlpack lint`: checks packs and files of KQL."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack.catalog import Dialect
from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.streams import (
    Stopped,
    cannot,
    has_colors,
    is_unread,
    read_standard_input,
    show_differences,
    write_standard_output,
)
from kqlpack.diagnostics import Applicability, Diagnostic, Severity
from kqlpack.diagnostics.render import formats, render
from kqlpack.diagnostics.render.text import message
from kqlpack.lint import Rule, UnknownRuleError, select
from kqlpack.pipeline import Found, Mended, Report, Target, check, check_target, discover, fix, target_of
from kqlpack.pipeline.check import current_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.pipeline.cache import Cache
    from kqlpack.source import SourceFile

FINDINGS: Final = 1
NOTHING_CHECKED: Final = 2


@click.command("lint")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(formats()),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Also write the findings to a file; repeatable."
)
@click.option(
    "--select",
    "selected",
    multiple=True,
    metavar="RULES",
    help="Only these rules: codes, prefixes, names, groups; comma-separated.",
)
@click.option("--extend-select", "extended", multiple=True, metavar="RULES", help="These rules as well.")
@click.option("--ignore", "ignored", multiple=True, metavar="RULES", help="Not these rules.")
@click.option("--fix", "apply_fixes", is_flag=True, help="Apply the safe fixes.")
@click.option(
    "--unsafe-fixes", is_flag=True, help="With --fix or --diff: also those that may change what a query means."
)
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "none"]),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option(
    "--stdin-filename",
    default="stdin.kql",
    metavar="NAME",
    show_default=True,
    help="With PATH `-`: the name of what is read from standard input.",
)
@click.option(
    "--dialect",
    type=click.Choice([each.value for each in Dialect]),
    help="Where the queries run, whatever a pack says; default: log-analytics.",
)
@pack_path_option
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes check; default: one per core."
)
@click.option("--no-cache", is_flag=True, help="Check everything anew, and remember nothing.")
@click.option("--explain-skips", is_flag=True, help="Name the files that were not checked, and why.")
def command(  # noqa: PLR0913, PLR0917  # an option each
    paths: tuple[str, ...],
    format_: str,
    outputs: tuple[str, ...],
    selected: tuple[str, ...],
    extended: tuple[str, ...],
    ignored: tuple[str, ...],
    apply_fixes: bool,
    unsafe_fixes: bool,
    diff: bool,
    fail_on: str,
    stdin_filename: str,
    dialect: str | None,
    pack_path: tuple[Path, ...],
    jobs: int | None,
    no_cache: bool,
    explain_skips: bool,
) -> int:
    """Check packs and files of KQL. No PATH: the current folder.

    Exits with 1 when something is found at or above --fail-on, and with 2 when a path can't be checked, or when there
    was nothing to check.

    \b
    Examples:
      kqlpack lint
      kqlpack lint packs/entra-signins --format json
      kqlpack lint queries/spray.yaml --fix
    """
    rules = _rules(selected, extended, ignored)
    files = _outputs(outputs)
    least = Applicability.UNSAFE if unsafe_fixes else Applicability.SAFE
    if paths == ("-",):
        given = read_standard_input(stdin_filename)
        target = _target_of_text(stdin_filename, given.text)
        target = replace(target, dialect=dialect or "", pack_path=pack_path)
        return _standard_input(given, target, rules, format_, fail_on, least, fix_it=apply_fixes, diff=diff)
    found = discover(paths or (".",))
    targets = [replace(target, dialect=dialect or "", pack_path=pack_path) for target in found.targets]
    found = replace(found, targets=targets)
    if diff or apply_fixes:
        mended = fix(found, rules, least)
        if diff:
            return _show_diff(mended, found, paths)
        _write(mended)
    report = check(found, rules, jobs=jobs, cache=None if no_cache else _cache(rules))
    _print(report, format_, files)
    if explain_skips and format_ == "text":
        for skipped in report.checked.skipped:
            click.echo(f"skipped {skipped.path}: {skipped.reason}", err=True)
    return _exit_code(report, fail_on, paths)


def _rules(selected: tuple[str, ...], extended: tuple[str, ...], ignored: tuple[str, ...]) -> tuple[Rule, ...]:
    try:
        return select(_names(selected) or ("default",), _names(ignored), _names(extended))
    except UnknownRuleError as error:
        raise click.UsageError(str(error)) from None


def _cache(rules: tuple[Rule, ...]) -> Cache | None:
    from kqlpack.pipeline.cache import default_folder, open_cache

    folder = default_folder()
    return open_cache(folder, rules, current_day()) if folder else None


def _names(given: tuple[str, ...]) -> list[str]:
    return [name.strip() for text in given for name in text.split(",") if name.strip()]


def _outputs(given: tuple[str, ...]) -> list[tuple[str, str]]:
    result = []
    for text in given:
        format_, equals, path = text.partition("=")
        if not equals or not path:
            raise click.UsageError(f"--output takes FORMAT=FILE, not `{text}`")
        if format_ not in formats():
            raise click.UsageError(f"--output knows no format `{format_}`; there are {', '.join(formats())}")
        result.append((format_, path))
    return result


def _print(report: Report, format_: str, files: Sequence[tuple[str, str]] = ()) -> None:
    click.echo(render(format_, report.diagnostics, report.checked, color=has_colors(sys.stdout)), nl=False)
    for other, path in files:
        try:
            text = render(other, report.diagnostics, report.checked)
            Path(path).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise cannot(path, "written", error) from None


def _exit_code(report: Report, fail_on: str, named: tuple[str, ...] = ()) -> int:
    for refused in report.refused:
        click.echo(f"kqlpack: `{refused.path}` was not checked: {refused.reason}", err=True)
    if report.refused or any(is_unread(one, named) for one in report.diagnostics):
        return NOTHING_CHECKED
    least = None if fail_on == "none" else Severity(fail_on).rank
    if least is not None and any(one.severity.rank >= least for one in report.diagnostics):
        return FINDINGS
    if report.checked.is_nothing and not report.diagnostics:
        click.echo("kqlpack: no query was found to check; name a pack, or a file of KQL", err=True)
        return NOTHING_CHECKED
    return 0


# ---- fixes -----------------------------------------------------------------------------------------------------------


def _show_diff(mended: Sequence[Mended], found: Found, named: tuple[str, ...] = ()) -> int:
    show_differences((one.file, one.text) for one in mended)
    _say_mended(mended, verb="would mend")
    for refused in found.refused:
        click.echo(f"kqlpack: `{refused.path}` was not checked: {refused.reason}", err=True)
    # What can't be read has no difference to show, and is not as it should be.
    unread = check(found, select(["unreadable-file"])).diagnostics if named else ()
    for one in unread:
        click.echo(message(one, color=has_colors(sys.stderr)), err=True)
    if found.refused or not found.targets or any(is_unread(one, named) for one in unread):
        return NOTHING_CHECKED
    return FINDINGS if mended or unread else 0


def _write(mended: Sequence[Mended]) -> None:
    """Write what can be written, then say what could not."""
    written, failed = [], []
    for one in mended:
        try:
            one.file.write(one.text)
            written.append(one)
        except OSError as error:
            failed.append(f"`{one.file.path}` can't be written: {(error.strerror or str(error)).lower()}")
    _say_mended(written)
    if failed:
        raise Stopped("; ".join(failed))


def _say_mended(mended: Sequence[Mended], verb: str = "mended") -> None:
    count = sum(len(one.applied) for one in mended)
    if count:
        places = "1 file" if len(mended) == 1 else f"{len(mended)} files"
        click.echo(f"{verb} {count} {'finding' if count == 1 else 'findings'} in {places}", err=True)


# ---- standard input --------------------------------------------------------------------------------------------------


def _standard_input(  # what the options said
    given: SourceFile,
    target: Target,
    rules: tuple[Rule, ...],
    format_: str,
    fail_on: str,
    least: Applicability,
    *,
    fix_it: bool,
    diff: bool,
) -> int:
    """Check what came from standard input, as if it were in a file of its name; with --fix, print the mended text."""
    from kqlpack.lint import fix_all

    name = given.path

    def findings(content: str) -> list[Diagnostic]:
        report = check_target(target, rules, texts={name: content})
        return [one for one in report.diagnostics if one.file.path == name]

    if fix_it or diff:
        new_text, applied = fix_all(given.text, findings, least)
        mended = (Mended(given, new_text, applied),) if new_text != given.text else ()
        if diff:
            return _show_diff(mended, Found(targets=[target]))
        write_standard_output(given, new_text)
        return 0
    report = check_target(target, rules, texts={name: given.text})
    _print(report, format_)
    return _exit_code(report, fail_on)


def _target_of_text(name: str, text: str) -> Target:
    target = target_of(Path(name), text)
    if isinstance(target, str):
        raise Stopped(f"`{name}` can't be checked: {target}")
    return target
