"""Options of `lint` for projects that have findings, and for pipelines. In: options. Out: what is shown of a run.

A baseline hides what is known, `--changed-since` what is old; `--statistics` counts, `--quiet` leaves out the rest.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kqlpack.cli.streams import Stopped, cannot, save
from kqlpack.diagnostics import statistics
from kqlpack.diagnostics.summary import summary
from kqlpack.lint import all_rules
from kqlpack.lint.baseline import Baseline, BaselineError, Known, baseline_of, read, updated, without_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.config import Config
    from kqlpack.pipeline import Found, Report


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was asked for. `baseline` is None where only the configuration may name one."""

    baseline: Path | None = None
    update_baseline: bool = False
    accept_new: bool = False
    add_ignores: str | None = None
    changed_since: str | None = None
    statistics: bool = False
    quiet: bool = False
    exit_zero: bool = False

    def check(self, paths: tuple[str, ...]) -> None:
        """Refuse options that contradict each other."""
        if self.accept_new and not self.update_baseline:
            raise click.UsageError("--accept-new says what --update-baseline takes in: give both")
        if self.update_baseline and paths == ("-",):
            raise click.UsageError("--update-baseline looks at files, not at standard input")
        if self.add_ignores is not None:
            _check_reason(self.add_ignores, paths)
        if self.changed_since is not None and paths == ("-",):
            raise click.UsageError("--changed-since looks at files, not at standard input")
        if self.changed_since is not None and self.update_baseline:
            raise click.UsageError("--update-baseline has to see what has not changed too: leave out --changed-since")


def _check_reason(reason: str, paths: tuple[str, ...]) -> None:
    if os.path.exists(reason):  # noqa: PTH110 - Path.exists raises for a name that is too long
        told = f"--add-ignores takes a reason, and `{reason}` is a path: write --add-ignores='{_REASON}' {reason}"
        raise click.UsageError(told)
    if paths == ("-",):
        raise click.UsageError("--add-ignores writes into files, not into standard input")
    if not reason.strip() or not reason.isprintable():
        raise click.UsageError("--add-ignores takes a reason of one line, which every comment is to give")


# What `--add-ignores` writes where nobody says why: it can be searched for.
_REASON: Final = "not judged yet"

_OPTIONS = (
    click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Don't show the findings that this file knows.",
    ),
    click.option(
        "--update-baseline",
        is_flag=True,
        help="Write the baseline: the first time with all findings, later without those that are fixed.",
    ),
    click.option("--accept-new", is_flag=True, help="With --update-baseline: take in new findings as well."),
    click.option(
        "--add-ignores",
        is_flag=False,
        flag_value=_REASON,
        metavar="[REASON]",
        help=f"Write a comment for everything that is found, which suppresses it; default reason: {_REASON}.",
    ),
    click.option(
        "--changed-since",
        metavar="REV",
        help="Only files that git says have changed since a revision, untracked ones too; and packs that use them.",
    ),
    click.option("--statistics", is_flag=True, help="Show how often each rule found something, not the findings."),
    click.option("--quiet", "-q", is_flag=True, help="Print findings and nothing else."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
)


def adoption_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command these options; they reach it as one argument, `adoption`."""

    @functools.wraps(command)
    def called(**options: Any) -> int:
        own = {name: options.pop(name) for name in Adoption.__dataclass_fields__}
        return command(adoption=Adoption(**own), **options)

    for option in reversed(_OPTIONS):
        called = option(called)
    return called


def only_changed(found: Found, adoption: Adoption) -> Found:
    """Return what is to be checked: all, or what has changed since a revision."""
    if adoption.changed_since is None:
        return found
    from kqlpack.pipeline.changed import changed

    return changed(found, adoption.changed_since)


# ---- comments --------------------------------------------------------------------------------------------------------


def with_ignores(report: Report, found: Found, adoption: Adoption) -> bool:
    """Write comments that suppress what is found; tell whether there were any to write."""
    if adoption.add_ignores is None or not report.diagnostics:
        return False
    from kqlpack.pipeline.ignore import add_ignores

    mended, left = add_ignores(found, report.diagnostics, adoption.add_ignores.strip())
    for one in mended:
        save(one.file, one.text)
    if not adoption.quiet:
        count = sum(len(one.applied) for one in mended)
        files = f"{len(mended)} {'file' if len(mended) == 1 else 'files'}"
        told = f"kqlpack: wrote comments for {count} {'finding' if count == 1 else 'findings'} into {files}"
        click.echo(told, err=True)
        for kept in left:
            file, start = kept.diagnostic.file, kept.diagnostic.span.start
            place = ":".join(map(str, (file.path, *file.line_column(start))))
            click.echo(f"kqlpack: {place} [{kept.diagnostic.rule}] stays: {kept.reason}", err=True)
    return bool(mended)


# ---- baseline --------------------------------------------------------------------------------------------------------


def without_baseline(
    report: Report, found: Found, config: Config, adoption: Adoption, paths: tuple[str, ...]
) -> Report:
    """Return a report without what the baseline knows; with --update-baseline, write it first."""
    path = adoption.baseline or config.baseline
    if path is None:
        if adoption.update_baseline:
            raise click.UsageError("--update-baseline needs --baseline FILE, or `baseline` in the configuration")
        return report
    if adoption.update_baseline:
        baseline = _update(path, report, found, adoption, paths)
    else:
        known = _read(path)
        if known is None:
            raise Stopped(f"there is no baseline `{path}`: --update-baseline writes it")
        baseline = known
    shown = without_known(report.diagnostics, baseline)
    hidden = len(report.diagnostics) - len(shown)
    return replace(report, diagnostics=shown, checked=replace(report.checked, hidden=hidden))


def _read(path: Path) -> Baseline | None:
    try:
        return read(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot(path, "read", error) from None
    except UnicodeDecodeError:
        raise Stopped(f"`{path}` is no baseline: it is not UTF-8") from None
    except BaselineError as error:
        raise Stopped(f"`{path}` is no baseline: {error}") from None


def _update(path: Path, report: Report, found: Found, adoption: Adoption, paths: tuple[str, ...]) -> Baseline:
    before = _read(path)
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - as discover
    now = baseline_of(report.diagnostics, lambda name: _name(name, folder))
    if before is None:
        after = now
    else:
        judge = _Judge(found, folder, paths or (".",))
        after = updated(before, now, is_judged=judge.is_judged, accept_new=adoption.accept_new)
    try:
        path.write_text(after.text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise cannot(path, "written", error) from None
    if not adoption.quiet:
        click.echo(f"kqlpack: {_told(path, before, after)}", err=True)
    return after


def _told(path: Path, before: Baseline | None, after: Baseline) -> str:
    knows = f"`{path}` knows {after.total} {'finding' if after.total == 1 else 'findings'}"
    if before is None:
        return knows
    came, went = (after.counts() - before.counts()).total(), (before.counts() - after.counts()).total()
    return f"{knows}: {went} fewer, {came} more than before" if came or went else f"{knows}, as before"


def _name(path: str, folder: Path) -> str:
    """Return how a path is written in a baseline: from the baseline's folder, the same on every system."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return path.replace(os.sep, "/")


class _Judge:
    """Tells which entries of a baseline a run can say anything about."""

    def __init__(self, found: Found, folder: Path, paths: tuple[str, ...]) -> None:
        self.found = found
        self.folder = folder
        self.paths = paths

    def is_judged(self, one: Known) -> bool:
        """Tell whether the entry's file was looked at, by its rule; nothing is left of what is gone."""
        path = self.folder / one.path
        if not path.exists() or one.rule not in {rule.slug for rule in all_rules()}:
            return True
        for target in self.found.targets:
            if _is_within(path, target.path):
                rules = target.config.rules(str(path))
                return target.asks_for(str(path)) and any(rule.slug == one.rule for rule in rules)
        return any(_is_within(path, Path(given)) for given in self.paths)


def _is_within(path: Path, folder: Path) -> bool:
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))  # noqa: PTH100 - as discover


# ---- what is shown ---------------------------------------------------------------------------------------------------


def shown(report: Report, text: str, format_: str, adoption: Adoption) -> str:
    """Return what is printed for a report, `text` being all that its format has to say."""
    if adoption.statistics:
        as_json = format_ in {"json", "jsonl"}
        text = (statistics.as_json if as_json else statistics.as_text)(report.diagnostics, report.checked)
    if adoption.quiet:
        # Formats for people end in the summary, those for programs don't.
        return _without_end(text, summary(report.diagnostics, report.checked))
    return text


def _without_end(text: str, end: str) -> str:
    rest = text.removesuffix(f"{end}\n")
    return text if rest == text else rest.rstrip("\n") + ("\n" if rest.strip() else "")
