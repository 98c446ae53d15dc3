"""What a configuration says. In: what was read, and what the command line asks. Out: rules, severities and dialects.

Values only: a configuration can be sent to another process, and asks `kqlpack.lint` for the rules when they are needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import Rule, default_rules, select

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kqlpack.config.globs import Glob
    from kqlpack.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rules one place asks for. With `select` it begins anew; without, it changes what came before."""

    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """What holds for some paths. `severity` has slugs and severities."""

    paths: tuple[Glob, ...]
    choice: Choice = Choice()
    severity: tuple[tuple[str, str], ...] = ()
    dialect: str = ""

    def fits(self, path: str) -> bool:
        """Tell whether it is for a path."""
        return any(glob.fits(path) for glob in self.paths)


@dataclass(frozen=True, slots=True)
class Config:
    """A file's configuration, with what it inherits. `source` is its path, empty where there is no file.

    `choices` go from what is inherited to the file's own; `command_line` comes after all, overrides included.
    """

    source: str = ""
    choices: tuple[Choice, ...] = ()
    command_line: Choice = Choice()
    severity: tuple[tuple[str, str], ...] = ()
    dialect: str = ""
    overrides: tuple[Override, ...] = ()
    exclude: tuple[Glob, ...] = ()
    pack_path: tuple[Path, ...] = ()
    required_metadata: tuple[str, ...] = ()
    fail_on: str = ""
    format: str = ""
    baseline: Path | None = None
    _overriding: dict[str, tuple[Override, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def rules(self, path: str) -> tuple[Rule, ...]:
        """Return the rules that are asked for in a file."""
        choices = (*self.choices, *(one.choice for one in self._for(path)), self.command_line)
        return chosen_rules(choices)

    def rules_of_any(self, paths: Iterable[str]) -> tuple[Rule, ...]:
        """Return the rules that are asked for in at least one of these files, in the order of their codes."""
        rules = {rule for path in paths for rule in self.rules(path)}
        return tuple(sorted(rules, key=lambda rule: rule.code))

    def dialect_of(self, path: str) -> str:
        """Return where the queries of a file run that says nothing of it; empty where nobody says."""
        return next((one.dialect for one in reversed(self._for(path)) if one.dialect), self.dialect)

    def excludes(self, path: str) -> bool:
        """Tell whether a file is to be left alone."""
        return any(glob.fits(path) for glob in self.exclude)

    def weighed(self, found: Diagnostic) -> Diagnostic:
        """Return a finding with the severity that it is to have."""
        if not (self.severity or self.overrides):
            return found
        severities = dict(self.severity)
        for one in self._for(found.file.path):
            severities.update(one.severity)
        severity = severities.get(found.rule)
        return replace(found, severity=Severity(severity)) if severity else found

    def without_severities(self) -> Config:
        """Return it without changed severities: whether a fix is right does not depend on what they are called."""
        return replace(self, severity=(), overrides=tuple(replace(one, severity=()) for one in self.overrides))

    def _for(self, path: str) -> tuple[Override, ...]:
        if not self.overrides:
            return ()
        if path not in self._overriding:
            self._overriding[path] = tuple(one for one in self.overrides if one.fits(path))
        return self._overriding[path]


@lru_cache(maxsize=1000)
def chosen_rules(choices: tuple[Choice, ...]) -> tuple[Rule, ...]:
    """Return the rules that remain after all these choices, each of which has its say over those before it.

    Raises UnknownRuleError for a name that stands for no rule.
    """
    rules = default_rules()
    for one in choices:
        if one.select:
            rules = select(one.select, one.ignore, one.extend)
            continue
        wanted = set(select((), one.ignore, one.extend))
        unwanted = set(select(one.ignore)) - wanted
        rules = tuple(rule for rule in all_in_order() if rule in wanted or (rule in rules and rule not in unwanted))
    return rules


def all_in_order() -> tuple[Rule, ...]:
    """Return every rule, also those that run only where they are named."""
    return select(("all",))


NO_CONFIG = Config()
