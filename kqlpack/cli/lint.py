"""`kqlpack lint`: checks packs and files of KQL."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kqlpack import __version__
from kqlpack.catalog import Dialect
from kqlpack.cli import findings
from kqlpack.cli.adoption import Adoption, adoption_options, only_changed, shown, with_ignores, without_baseline
from kqlpack.cli.configuration import Asked, Project, choice
from kqlpack.cli.pack_path import pack_path_option
from kqlpack.cli.progress import progress
from kqlpack.cli.streams import (
    Stopped,
    has_colors,
    is_unread,
    read_standard_input,
    show_differences,
    write_standard_output,
)
from kqlpack.diagnostics import Applicability, Diagnostic, Run, Severity
from kqlpack.diagnostics.render import formats
from kqlpack.diagnostics.render.text import message
from kqlpack.lint import select
from kqlpack.pipeline import Found, Mended, Report, Target, check, check_target, discover, fix, target_of
from kqlpack.pipeline.check import current_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog.profile import Profile
    from kqlpack.config import Config
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
    help="How findings are printed; default: text, and in GitHub Actions and Azure Pipelines the format of their own.",
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
    show_default="error",
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
    "--profile",
    "profile_file",
    metavar="FILE",
    help="What is known of the workspace: plans, retention, volumes (see `kqlpack schema profile`).",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes check; default: one per core."
)
@click.option("--no-cache", is_flag=True, help="Check everything anew, and remember nothing.")
@click.option("--explain-skips", is_flag=True, help="Name the files that were not checked, and why.")
@adoption_options
def command(  # noqa: PLR0913, PLR0917  # an option each
    paths: tuple[str, ...],
    format_: str | None,
    outputs: tuple[str, ...],
    selected: tuple[str, ...],
    extended: tuple[str, ...],
    ignored: tuple[str, ...],
    apply_fixes: bool,
    unsafe_fixes: bool,
    diff: bool,
    fail_on: str | None,
    stdin_filename: str,
    dialect: str | None,
    pack_path: tuple[Path, ...],
    profile_file: str | None,
    jobs: int | None,
    no_cache: bool,
    explain_skips: bool,
    adoption: Adoption,
) -> int:
    """Check packs and files of KQL. No PATH: the current folder.

    Exits with 1 when something is found at or above --fail-on, and with 2 when a path can't be checked, or when there
    was nothing to check. What a project wants otherwise than by default stands in its kqlpack.toml; the command line
    comes before it.

    \b
    Examples:
      kqlpack lint
      kqlpack lint packs/entra-signins --format json
      kqlpack lint queries/spray.yaml --fix
      kqlpack lint packs --output sarif=kqlpack.sarif --output junit=kqlpack.xml
      kqlpack lint --baseline known.json --changed-since origin/main
    """
    profile = _profile(profile_file) if profile_file else None
    project = Project(Asked(choice(selected, extended, ignored), dialect or "", pack_path, profile))
    files = findings.outputs(outputs)
    least = Applicability.UNSAFE if unsafe_fixes else Applicability.SAFE
    for_run = project.config(stdin_filename if paths == ("-",) else next(iter(paths), "."))
    format_ = findings.chosen_format(format_ or for_run.format or None)
    fail_on = "none" if adoption.exit_zero else fail_on or for_run.fail_on or "error"
    adoption.check(paths)
    if diff and adoption.add_ignores is not None:
        raise click.UsageError("--diff shows what --fix would change, not what --add-ignores would write")
    if paths == ("-",):
        given = read_standard_input(stdin_filename)
        target = project.configured(_target_of_text(stdin_filename, given.text))
        return _standard_input(given, target, format_, files, fail_on, least, adoption, fix_it=apply_fixes, diff=diff)
    everything = project.narrowed(discover(paths or (".",)), paths)
    found = only_changed(everything, adoption)
    if diff or apply_fixes:
        mended = fix(found, applicability=least)
        if diff:
            return _unless_zero(_show_diff(mended, found, paths), adoption)
        _write(mended)
    cache = None if no_cache else _cache()
    with progress(len(found.targets), "checking") as after_each:
        report = check(found, jobs=jobs, cache=cache, after_each=after_each)
    report = without_baseline(report, found, for_run, adoption, paths)
    if with_ignores(report, found, adoption):
        report = without_baseline(check(found), found, for_run, adoption, paths)
    nothing_changed = bool(everything.targets) and not (found.targets or report.refused)
    code = 0 if nothing_changed else _exit_code(report, fail_on, paths)
    _tell(report, for_run, fail_on, code, format_, files, adoption)
    if explain_skips and format_ == "text":
        for skipped in report.checked.skipped:
            click.echo(f"skipped {skipped.path}: {skipped.reason}", err=True)
    if nothing_changed:
        if not adoption.quiet:
            click.echo(f"kqlpack: nothing has changed since `{adoption.changed_since}`", err=True)
    else:
        _say_what_was_not_checked(report)
    return code


def _profile(path: str) -> Profile:
    from kqlpack.cli.queries import Findings
    from kqlpack.pack.profile import load_profile

    profile, diagnostics = load_profile(path)
    if diagnostics:
        raise Findings(diagnostics, code=NOTHING_CHECKED)
    return profile


def _tell(
    report: Report,
    config: Config,
    fail_on: str,
    code: int,
    format_: str,
    files: Sequence[tuple[str, str]],
    adoption: Adoption,
) -> None:
    least = None if fail_on == "none" else Severity(fail_on)
    run = Run(__version__, config.rules(""), least, code, findings.root())
    findings.tell(report, run, format_, files, finish=lambda text: shown(report, text, format_, adoption))


def _cache() -> Cache | None:
    from kqlpack.pipeline.cache import default_folder, open_cache

    folder = default_folder()
    return open_cache(folder, None, current_day()) if folder else None


def _exit_code(report: Report, fail_on: str, named: tuple[str, ...] = ()) -> int:
    if report.refused or any(is_unread(one, named) for one in report.diagnostics):
        return NOTHING_CHECKED
    least = None if fail_on == "none" else Severity(fail_on).rank
    if least is not None and any(one.severity.rank >= least for one in report.diagnostics):
        return FINDINGS
    return NOTHING_CHECKED if report.checked.is_nothing else 0


def _say_what_was_not_checked(report: Report) -> None:
    for refused in report.refused:
        click.echo(f"kqlpack: `{refused.path}` was not checked: {refused.reason}", err=True)
    if report.checked.is_nothing and not report.diagnostics and not report.refused:
        click.echo("kqlpack: no query was found to check; name a pack, or a file of KQL", err=True)


def _unless_zero(code: int, adoption: Adoption) -> int:
    return 0 if code == FINDINGS and adoption.exit_zero else code


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


def _standard_input(  # noqa: PLR0913 - what the options said
    given: SourceFile,
    target: Target,
    format_: str,
    files: Sequence[tuple[str, str]],
    fail_on: str,
    least: Applicability,
    adoption: Adoption,
    *,
    fix_it: bool,
    diff: bool,
) -> int:
    """Check what came from standard input, as if it were in a file of its name; with --fix, print the mended text."""
    from kqlpack.lint import fix_all

    name = given.path
    # Whether a fix is right does not depend on how grave a finding is called.
    proving = replace(target, config=target.config.without_severities())

    def check_again(content: str) -> list[Diagnostic]:
        report = check_target(proving, texts={name: content})
        return [one for one in report.diagnostics if one.file.path == name]

    if fix_it or diff:
        new_text, applied = fix_all(given.text, check_again, least)
        mended = (Mended(given, new_text, applied),) if new_text != given.text else ()
        if diff:
            return _unless_zero(_show_diff(mended, Found(targets=[target])), adoption)
        write_standard_output(given, new_text)
        return 0
    report = check_target(target, texts={name: given.text})
    report = without_baseline(report, Found(targets=[target]), target.config, adoption, (name,))
    code = _exit_code(report, fail_on)
    _tell(report, target.config, fail_on, code, format_, files, adoption)
    _say_what_was_not_checked(report)
    return code


def _target_of_text(name: str, text: str) -> Target:
    target = target_of(Path(name), text)
    if isinstance(target, str):
        raise Stopped(f"`{name}` can't be checked: {target}")
    return target
