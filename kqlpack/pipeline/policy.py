"""Applies a configuration to a pack. In: a `Config`, and rules that come before it. Out: what runs, what is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from kqlpack.lint import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.config import Config
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint import Rule
    from kqlpack.pack import Pack, Query


@dataclass(frozen=True, slots=True)
class Policy:
    """A configuration for one pack. `only`: rules that run in every file, whatever the configuration says."""

    config: Config
    only: tuple[Rule, ...] | None = None

    def rules(self, path: str) -> tuple[Rule, ...]:
        """Return the rules that are asked for in a file."""
        return self.config.rules(path) if self.only is None else self.only

    def rules_of_any(self, pack: Pack) -> tuple[Rule, ...]:
        """Return the rules that are asked for in some file of a pack: one that sees the whole pack runs once."""
        if self.only is not None:
            return self.only
        files = (pack.file, *pack.files, *pack.macros.values())
        return self.config.rules_of_any({file.path for file in files})

    def wanted(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Leave out what is not asked for in its file; what belongs to no rule is always said."""
        for one in diagnostics:
            is_asked = one.rule in _slugs(self.rules(one.file.path)) or one.rule not in _slugs(all_rules())
            if is_asked and not self.config.excludes(one.file.path):
                yield one

    def weighed(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return findings, in their order, with the severities that they are to have."""
        return tuple(sorted(map(self.config.weighed, diagnostics), key=lambda one: one.sort_key))

    def with_dialects(self, pack: Pack) -> Pack:
        """Return a pack whose queries run where the configuration says, as far as the pack says nothing."""
        if pack.dialect or not (self.config.dialect or self.config.overrides):
            return pack
        main = self.config.dialect_of(pack.file.path)
        queries = {name: self._with_dialect(query, main) for name, query in pack.queries.items()}
        return replace(pack, dialect=main, queries=queries)

    def _with_dialect(self, query: Query, main: str) -> Query:
        own = query.dialect or self.config.dialect_of(query.file.path)
        return query if own in {query.dialect, main} else replace(query, dialect=own)


@cache
def _slugs(rules: tuple[Rule, ...]) -> frozenset[str]:
    return frozenset(rule.slug for rule in rules)
