"""Chains the stages for checking. In: what `discover` found. Out: diagnostics in places of the author's files.

load -> render every variant -> parse -> bind -> lint -> carry the findings back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from kqlpack import catalog as catalogs
from kqlpack.catalog import Catalog, Table
from kqlpack.catalog.profile import ANALYTICS, Profile, TableProfile
from kqlpack.config import NO_CONFIG, Config
from kqlpack.diagnostics import Annotation, Checked, Diagnostic, Severity, Skipped, Subject, Suppressed, relocate
from kqlpack.lint import all_rules, judge, lint
from kqlpack.lint.settings import RuleSettings
from kqlpack.pack.findings import DUPLICATE_NAME, STALE_REVIEW
from kqlpack.pipeline.functions import prepare
from kqlpack.pipeline.load import load_target, translated
from kqlpack.pipeline.policy import Policy
from kqlpack.pipeline.split import split
from kqlpack.semantics import Bound, bind
from kqlpack.source import SourceFile, Span
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from kqlpack.lint import Rule
    from kqlpack.pack import Pack, Query, Value
    from kqlpack.pipeline.cache import Cache
    from kqlpack.pipeline.discover import Found, Target
    from kqlpack.template import Rendered


# What is said of names that a pack which is required may have given.
_GIVEN: Final = frozenset({"unknown-function", "unknown-table"})


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, sorted, and what was looked at. `refused`: paths that were named and could not be checked."""

    diagnostics: tuple[Diagnostic, ...]
    checked: Checked
    refused: tuple[Skipped, ...] = ()


# What checking a target gave, and where a pack among them gives itself its name.
Outcome: TypeAlias = tuple[Report, Annotation | None]


def check(
    found: Found,
    rules: tuple[Rule, ...] | None = None,
    *,
    jobs: int | None = 1,
    cache: Cache | None = None,
    after_each: Callable[[], None] | None = None,
) -> Report:
    """Check all targets; never raises for what a file holds. `rules` None: those of the targets' configurations.

    `jobs`: how many processes do it; None: as many as there are cores, where that pays. `cache`: what earlier runs
    found. Neither changes the report. `after_each` is called when a target is done. Raises WorkerError for a process
    that was ended.
    """
    from kqlpack.pipeline.many import check_many

    diagnostics: list[Diagnostic] = []
    total = Checked(skipped=(*found.refused, *found.skipped))
    for report in check_many(found.targets, rules, jobs, cache, after_each):
        diagnostics.extend(report.diagnostics)
        total = _add(total, report.checked)
    return Report(tuple(sorted(diagnostics, key=lambda one: one.sort_key)), total, tuple(found.refused))


def check_beside(
    target: Target, rules: tuple[Rule, ...] | None, beside: Annotation | None, texts: Mapping[str, str] | None
) -> tuple[Pack, Outcome]:
    """Check one target of several. `beside`: where another pack gives itself the name that this one has."""
    pack = load_target(target, texts)
    name = _name_of(pack)
    taken = (_name_taken(name, beside),) if name and beside else ()
    return pack, (_check_loaded(pack, target, rules, taken), name)


def check_target(
    target: Target, rules: tuple[Rule, ...] | None = None, texts: Mapping[str, str] | None = None
) -> Report:
    """Check one target. `texts` stand for what files of these paths hold (an editor's, or a fix's).

    Where the target asks about files of queries only, the queries of other files are not looked at.
    """
    pack = load_target(target, texts)
    asked = {file.path for file in (*pack.files, *pack.macros.values()) if target.asks_for(file.path)}
    # Other files (parameters, functions, macros, tests) show their faults only in the queries that use them.
    is_narrow = bool(target.only) and asked <= {query.file.path for query in pack.queries.values()} - {pack.file.path}
    return _check_loaded(pack, target, rules, files=frozenset(asked) if is_narrow else None)


def _check_loaded(
    pack: Pack,
    target: Target,
    rules: tuple[Rule, ...] | None,
    beside: tuple[Diagnostic, ...] = (),
    files: frozenset[str] | None = None,
) -> Report:
    report = check_pack(
        pack,
        rules,
        dialect=target.dialect,
        beside=beside,
        profile=target.profile,
        files=files,
        config=target.config,
    )
    found = tuple(one for one in report.diagnostics if target.asks_for(one.file.path))
    suppressed = tuple(one for one in report.checked.suppressed if target.asks_for(one.diagnostic.file.path))
    return replace(report, diagnostics=found, checked=replace(report.checked, suppressed=suppressed))


def check_pack(
    pack: Pack,
    rules: tuple[Rule, ...] | None = None,
    *,
    today: date | None = None,
    dialect: str = "",
    beside: tuple[Diagnostic, ...] = (),
    profile: Profile | None = None,
    files: frozenset[str] | None = None,
    config: Config = NO_CONFIG,
) -> Report:
    """Check a pack, or another file that was read as one.

    `today` decides which suppressions and reviews are over; `dialect` comes before the one that the pack names.
    `beside`: what is known to be wrong with the pack beside others. `profile`: what is known of the workspace.
    `files`: those of queries whose findings are asked for; None: all findings are. `config` says which rules run where,
    unless `rules` does, where a pack's queries run that does not say so, and how grave a finding is.
    """
    policy = Policy(config, rules)
    chosen = policy.rules_of_any(pack)
    settings = RuleSettings(config.required_metadata)
    pack = policy.with_dialects(pack)
    known = catalog_of(pack, dialect, profile)
    day = today or current_day()
    queries = [*pack.queries.values(), *(function.body for function in pack.functions.values())]
    diagnostics = _selected([*pack.diagnostics, *beside, *_overdue(pack, day)], chosen)
    diagnostics += lint(pack, rules=chosen, settings=settings, files=files)
    looked_at = rendered = 0
    subjects: list[Subject] = []
    for query in map(translated, queries):
        if files is not None and query.file.path not in files:
            continue
        found, count = _check_query(query, pack, _catalog_for(query, pack, known, dialect, profile), chosen)
        # A pack that is required and not there may have had them.
        diagnostics.extend(one for one in found if not pack.unresolved or one.rule not in _GIVEN)
        rendered += count
        # A file of other people's may hold several queries, or none.
        looked_at += 1 if query.is_template else count
        if query.is_template or count:
            subjects.append(Subject(query.file.path, query.id if query.node else ""))
    # What two queries share (a YAML alias, a parameter of the pack) is wrong once.
    diagnostics = list(
        {(one.code, one.file.path, one.span, one.message): one for one in reversed(diagnostics)}.values()
    )
    skipped = tuple(Skipped(one.place, one.reason) for one in pack.unread)
    kept, suppressed = _without_suppressed(diagnostics, policy, pack.files, day)
    packs = 0 if pack.is_foreign else 1
    checked = Checked(len(pack.files), packs, looked_at, rendered, skipped, tuple(subjects), suppressed)
    return Report(policy.weighed(kept), checked)


def _name_of(pack: Pack) -> Annotation | None:
    """Return where a pack gives itself its name, which is the text."""
    node = pack.node.get("name") if pack.node and pack.name and not pack.is_foreign else None
    return Annotation(node.file, node.span, pack.name) if node else None


def _name_taken(name: Annotation, first: Annotation) -> Diagnostic:
    """Report a pack whose name another one of this run has."""
    return Diagnostic(
        *DUPLICATE_NAME,
        Severity.ERROR,
        f"another pack has the name `{name.text}`, so that what the two publish can't be told apart",
        replace(name, text=""),
        (replace(first, text="first here"),),
        "give one of them another name",
    )


def _overdue(pack: Pack, today: date) -> Iterator[Diagnostic]:
    """Report a pack, and queries, that somebody was to look at again before today."""
    subjects: list[tuple[str, Pack | Query]] = [("pack", pack), *(("query", query) for query in pack.queries.values())]
    for what, subject in subjects:
        node = subject.node.get("review_by") if subject.node else None
        if node is None or subject.review_by is None or today <= subject.review_by:
            continue
        yield Diagnostic(
            *STALE_REVIEW,
            Severity.INFO,
            f"the {what} was to be looked at again by {subject.review_by}, so that nobody knows whether it still holds",
            Annotation(node.file, node.span),
            help="look at what it reads and finds, and set a new day",
        )


def _catalog_for(query: Query, pack: Pack, known: Catalog, dialect: str, profile: Profile | None) -> Catalog:
    """Return the catalogue that a query sees, which may run somewhere else than the others."""
    return catalog_of(pack, query.dialect, profile) if query.dialect and not dialect else known


def current_day() -> date:
    """Return the day that it is, in UTC."""
    return datetime.now(UTC).date()


def analyze_text(file: SourceFile, catalog: Catalog | None = None) -> Bound:
    """Parse and bind a text of KQL."""
    return bind(parse(file), catalog or catalogs.load())


def _check_query(query: Query, pack: Pack, catalog: Catalog, rules: tuple[Rule, ...]) -> tuple[list[Diagnostic], int]:
    """Return a query's findings over all variants of its template, each once, and how many variants there were.

    One that names a parameter without a usable declaration, or imports from a pack that is not there, has none: what is
    known of it is told there.
    """
    if not query.is_template:
        found: list[Diagnostic] = []
        count = 0
        for part in split(SourceFile(query.file.path, query.text)):
            piece = bind(part.parsed, catalog)
            if piece.parsed.ok and not piece.parsed.root.statements:
                continue
            found.extend(
                _of(query, relocate(one, part.file, part.map.through(query.map)))
                for one in lint(piece, query=query if query.node else None, pack=pack, rules=rules)
            )
            count += 1
        return found, count
    from kqlpack.template import free_names, renderings, variants

    if any(query.has_faulty(name) for name in free_names(query.text)) or _borrows(query, pack.unresolved):
        return [], 0
    rendered = renderings(query)
    first: dict[tuple[object, ...], Diagnostic] = {}
    seen: dict[tuple[object, ...], int] = {}
    assigned: dict[tuple[object, ...], Mapping[str, Value]] = {}
    for variant in rendered:
        for one in _check_variant(query, pack, catalog, rules, variant):
            key = (one.code, one.file.path, one.span, one.message)
            first.setdefault(key, one)
            assigned.setdefault(key, variant.values)
            seen[key] = seen.get(key, 0) + 1
    # A finding that not every variant has names the values that show it.
    return [
        one if seen[key] == len(rendered) else replace(one, parameters=_differing(assigned[key], rendered[0].values))
        for key, one in first.items()
    ] + _selected(_unchecked(query, len(rendered), len(variants(query))), rules), len(rendered)


def _unchecked(query: Query, checked: int, variants: int) -> Iterator[Diagnostic]:
    """Report variants that are not checked, because those before them took too much."""
    from kqlpack.template import LIMIT

    if checked < variants:
        yield Diagnostic(
            *LIMIT,
            Severity.ERROR,
            f"the template's variants take too much together, so that only {checked} of {variants} are checked",
            Annotation(query.file, query.map.locate(Span(0, 1)).span),
            help="loop over fewer values, write less, or let KQL do it",
            query=query.id or None,
        )


def _borrows(query: Query, packs: frozenset[str]) -> bool:
    """Tell whether a query, or a macro that it may import, imports macros of one of these packs."""
    if not packs:
        return False
    imports = re.compile(rf"""["'](?:{"|".join(map(re.escape, sorted(packs)))})/""")
    return any(imports.search(text) for text in (query.text, *(file.text for file in query.macros.values())))


def _check_variant(
    query: Query, pack: Pack, catalog: Catalog, rules: tuple[Rule, ...], rendered: Rendered
) -> list[Diagnostic]:
    found = list(_selected(rendered.diagnostics, rules))
    if any(one.severity == "error" for one in rendered.diagnostics):
        return [_of(query, one) for one in found]
    prepared = prepare(pack, query, rendered.file, rendered.map)
    bound = bind(parse(prepared.file), catalog)
    found.extend(_of(query, one) for one in prepared.relocate(lint(bound, query=query, pack=pack, rules=rules)))
    # One place may hold a finding several times within one variant: a loop writes the same text again and again.
    return list({(one.code, one.file.path, one.span, one.message): one for one in found}.values())


def _of(query: Query, found: Diagnostic) -> Diagnostic:
    """Name the query that a finding is in, where it is not named yet: the parser and the binder know of none.

    A file of KQL is no query with a name.
    """
    return found if found.query is not None or query.node is None else replace(found, query=query.id)


def _differing(values: Mapping[str, Value], defaults: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    """Return the values, as text, that tell this variant from the first."""
    return tuple((name, str(value)) for name, value in values.items() if defaults.get(name) != value)


def _selected(diagnostics: Iterable[Diagnostic], rules: tuple[Rule, ...]) -> list[Diagnostic]:
    """Leave out what belongs to a rule that is not selected; what belongs to no rule is always said."""
    left_out = _left_out(rules)
    return [one for one in diagnostics if one.rule not in left_out]


@lru_cache(maxsize=16)
def _left_out(rules: tuple[Rule, ...]) -> frozenset[str]:
    chosen = {rule.slug for rule in rules}
    return frozenset(rule.slug for rule in all_rules() if rule.slug not in chosen)


def _profile_of(pack: Pack, profile: Profile | None) -> Profile | None:
    """Return the workspace's profile with what the pack says of its tables' plans and retention."""
    said = {
        name: TableProfile(name, table.plan or ANALYTICS, int(table.retention[:-1]) if table.retention else None)
        for name, table in pack.visible_tables.items()
        if table.plan or table.retention
    }
    if not said:
        return profile
    return replace(profile or Profile(), tables={**said, **(profile.tables if profile else {})})


def catalog_of(pack: Pack, dialect: str = "", profile: Profile | None = None) -> Catalog:
    """Return the catalogue that a pack's queries see: the bundled one, with what it and those it requires declare.

    `profile`: what is known of the workspace.
    """
    known = catalogs.load()
    profile = _profile_of(pack, profile)
    if profile is not None:
        known = known.with_profile(profile)
    chosen = dialect or pack.dialect
    if chosen in set(catalogs.Dialect):
        known = known.with_dialect(catalogs.Dialect(chosen))
    watchlists, tables = pack.visible_watchlists, pack.visible_tables
    if watchlists:
        known = known.with_watchlists({one.name: one.columns for one in watchlists.values()})
    if not tables:
        return known
    return known.with_tables(
        Table(schema.name, schema.columns, is_open=not schema.columns) for schema in tables.values()
    )


def _without_suppressed(
    diagnostics: list[Diagnostic], policy: Policy, files: Iterable[SourceFile], today: date
) -> tuple[tuple[Diagnostic, ...], tuple[Suppressed, ...]]:
    """Part what comments suppress from the rest, file by file; what is wrong with the comments is added to that."""
    by_path: dict[str, list[Diagnostic]] = {}
    for one in policy.wanted(diagnostics):
        by_path.setdefault(one.file.path, []).append(one)
    kept: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    for file in files:
        if policy.config.excludes(file.path):
            continue
        rules = policy.rules(file.path)
        found, silenced = judge(file, by_path.pop(file.path, ()), today=today, rules=rules)
        kept.extend(_selected(found, rules))
        suppressed.extend(silenced)
    kept.extend(one for rest in by_path.values() for one in rest)
    return tuple(sorted(kept, key=lambda one: one.sort_key)), tuple(suppressed)


def _add(total: Checked, more: Checked) -> Checked:
    return Checked(
        total.files + more.files,
        total.packs + more.packs,
        total.queries + more.queries,
        total.variants + more.variants,
        (*total.skipped, *more.skipped),
        (*total.subjects, *more.subjects),
        (*total.suppressed, *more.suppressed),
    )
