"""Runs rules. In: a bound query, a pack or a query of one. Out: diagnostics, in places of the text that was given.

One walk per tree: every node is handed to the rules that asked for its type, and to no other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kqlpack.lint.context import Context, KqlContext
from kqlpack.lint.registry import Rule, default_rules
from kqlpack.lint.settings import NO_SETTINGS, RuleSettings
from kqlpack.pack import Pack, Query
from kqlpack.semantics.bound import Bound
from kqlpack.syntax.nodes import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.source import SourceFile


def lint(
    subject: Bound | Pack | Query,
    *,
    query: Query | None = None,
    pack: Pack | None = None,
    rules: tuple[Rule, ...] | None = None,
    settings: RuleSettings = NO_SETTINGS,
    files: frozenset[str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what the rules find in a bound query, in a pack with its queries, or in one of them.

    Without `rules`, those run that nobody has to ask for.

    A bound query's diagnostics, those of the parser and the binder included, are places in its own text; for one that
    was rendered from a pack, `query` and `pack` tell where it belongs. Those of a pack are places in its files; with
    `files`, the queries of other files are left out.
    """
    chosen = default_rules() if rules is None else rules
    if isinstance(subject, Bound):
        found = _without_general(list(_lint_bound(subject, chosen, query, pack, settings)))
    elif isinstance(subject, Query):
        found = list(_lint_query(subject, chosen, pack, settings))
    else:
        found = list(_lint_pack(subject, chosen, settings, files))
    return tuple(sorted(found, key=lambda diagnostic: diagnostic.sort_key))


def _lint_bound(
    bound: Bound, rules: tuple[Rule, ...], query: Query | None, pack: Pack | None, settings: RuleSettings
) -> Iterator[Diagnostic]:
    if not bound.parsed.ok:
        # What stands behind the break is not known: only what parser and binder are sure of is said.
        rules = tuple(rule for rule in rules if rule.reports)
    # Most rules want to see nothing of most queries.
    contexts: dict[Rule, KqlContext] = {}
    wanting: dict[type, tuple[Rule, ...]] = {}
    for node in walk(bound.parsed.root):
        kind = type(node)
        if kind not in wanting:
            wanting[kind] = _wanting(kind, rules)
        for rule in wanting[kind]:
            if rule not in contexts:
                contexts[rule] = KqlContext(rule, bound.parsed.file, query, pack, bound, settings=settings)
            yield from rule.check(node, contexts[rule])


# Rules on types in general, and rules that know what was meant where those see a wrong type.
_GENERAL = frozenset({"operator-type-mismatch", "wrong-arguments"})
_PARTICULAR = frozenset({"invalid-datetime-literal", "invalid-guid", "invalid-timespan"})


def _without_general(found: list[Diagnostic]) -> list[Diagnostic]:
    """Leave out a finding about types inside which a more particular one says what is wrong."""
    told = [one.span for one in found if one.rule in _PARTICULAR]
    return [
        one
        for one in found
        if one.rule not in _GENERAL
        or not any(one.span.start <= span.start and span.end <= one.span.end for span in told)
    ]


def _lint_pack(
    pack: Pack, rules: tuple[Rule, ...], settings: RuleSettings, files: frozenset[str] | None
) -> Iterator[Diagnostic]:
    place = (pack.file, None, pack)
    for subject in (pack, *pack.parameters.values()):
        yield from _run(subject, rules, place, settings)
    for query in (*pack.queries.values(), *(function.body for function in pack.functions.values())):
        if files is None or query.file.path in files:
            yield from _lint_query(query, rules, pack, settings)


def _lint_query(
    query: Query, rules: tuple[Rule, ...], pack: Pack | None, settings: RuleSettings
) -> Iterator[Diagnostic]:
    place = (query.file, query, pack)
    for subject in (query, *(query.parameters[name] for name in query.own_parameters)):
        yield from _run(subject, rules, place, settings)


def _run(
    subject: Any,
    rules: tuple[Rule, ...],
    place: tuple[SourceFile, Query | None, Pack | None],
    settings: RuleSettings,
) -> Iterator[Diagnostic]:
    kind: type = type(subject)
    for rule in _wanting(kind, rules):
        yield from rule.check(subject, Context(rule, *place, settings=settings))


@lru_cache(maxsize=1024)
def _wanting(kind: type, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if issubclass(kind, rule.on))
