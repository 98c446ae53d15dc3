"""Brings the configuration to what is checked. In: targets and options. Out: targets that know what is asked of them.

The command line comes before a file; `fail-on`, `format` and `baseline`, which are for a run as a whole, come from the
file of the first path.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from kqlpack.cli.streams import Stopped, has_colors
from kqlpack.config import Choice, Config, ConfigError, Configs
from kqlpack.diagnostics import Skipped
from kqlpack.diagnostics.render.text import message
from kqlpack.lint import UnknownRuleError, select

if TYPE_CHECKING:
    from pathlib import Path

    from kqlpack.catalog.profile import Profile
    from kqlpack.pipeline import Found, Target


class Misconfigured(Stopped):
    """A configuration that nothing can be checked by, told where it is wrong (exit code 2)."""

    def __init__(self, error: ConfigError) -> None:
        """Take what was found in the files."""
        super().__init__(str(error))
        self.diagnostics = error.diagnostics

    def show(self, file: Any = None) -> None:
        """Print every fault in its place."""
        stream = file or sys.stderr
        click.echo("\n\n".join(message(one, color=has_colors(stream)) for one in self.diagnostics), file=stream)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says beside paths; empty where it leaves that to the configuration."""

    choice: Choice
    dialect: str = ""
    pack_path: tuple[Path, ...] = ()
    profile: Profile | None = None


def choice(selected: tuple[str, ...], extended: tuple[str, ...], ignored: tuple[str, ...]) -> Choice:
    """Return the rules that options name; stops the command for a name that stands for no rule."""
    named = Choice(_names(selected), _names(extended), _names(ignored))
    try:
        select(named.select or ("default",), named.ignore, named.extend)
    except UnknownRuleError as error:
        raise click.UsageError(str(error)) from None
    return named


def _names(given: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


class Project:
    """The configurations of a run, with the command line's word after theirs."""

    def __init__(self, asked: Asked) -> None:
        """Take what the command line says."""
        self._asked = asked
        self._configs = Configs()

    def config(self, path: str | os.PathLike[str]) -> Config:
        """Return what holds for a path; stops the command where its file is wrong."""
        try:
            found = self._configs.of(path)
        except ConfigError as error:
            raise Misconfigured(error) from None
        return replace(found, command_line=self._asked.choice)

    def configured(self, target: Target) -> Target:
        """Return a target that knows what is asked of it."""
        config = self.config(target.path)
        pack_path = self._asked.pack_path or config.pack_path
        return replace(
            target, dialect=self._asked.dialect, pack_path=pack_path, config=config, profile=self._asked.profile
        )

    def narrowed(self, found: Found, paths: tuple[str, ...]) -> Found:
        """Return what was found, configured, without what is excluded; what is named itself never is."""
        named = {os.path.abspath(path) for path in paths}  # noqa: PTH100 - as discover
        targets: list[Target] = []
        skipped = list(found.skipped)
        for target in map(self.configured, found.targets):
            files = {os.path.abspath(path) for path in (target.path, *target.only)}  # noqa: PTH100 - as discover
            if not files.isdisjoint(named):
                targets.append(replace(target, config=replace(target.config, exclude=())))
            elif target.config.excludes(str(target.path)):
                skipped.append(Skipped(str(target.path), f"`exclude` of {target.config.source} names it"))
            else:
                targets.append(target)
        return replace(found, targets=targets, skipped=skipped)
