"""Checks many targets: from the cache where nothing has changed, else in several processes. In: targets. Out: reports.

The reports are in the order of the targets, and the same whatever the number of processes and the state of the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from kqlpack.lint import all_rules
from kqlpack.pipeline.check import Outcome, check_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kqlpack.diagnostics import Annotation
    from kqlpack.lint import Rule
    from kqlpack.pipeline.cache import Cache
    from kqlpack.pipeline.check import Report
    from kqlpack.pipeline.discover import Target

    # A target, and the place of another pack's name that is the same as its own.
    Item = tuple[Target, Annotation | None]

# How many files of KQL another process has to do to be worth its start, and how many of them make a pack.
_WORTH_A_PROCESS: Final = 40
_FILES_IN_A_PACK: Final = 20


def check_many(
    targets: Sequence[Target],
    rules: tuple[Rule, ...] | None,
    jobs: int | None,
    cache: Cache | None,
    after_each: Callable[[], None] | None = None,
) -> list[Report]:
    """Return the report of each target. `jobs` None: as many processes as there are cores, where that pays.

    `rules` None: those that each target's configuration asks for. `after_each` is called when a target is done.
    """
    job = Job(None if rules is None else tuple(rule.slug for rule in rules), cache)
    names: dict[str, Annotation] = {}
    reports: list[Report] = []
    again: dict[int, Item] = {}
    for number, (report, name) in enumerate(_outcomes(job, [(target, None) for target in targets], jobs)):
        reports.append(report)
        if after_each:
            after_each()
        # The first pack of a name keeps it; what the others are told may be suppressed in their files.
        if name is not None and names.setdefault(name.text, name) is not name:
            again[number] = (targets[number], names[name.text])
    for number, (report, _) in zip(again, _outcomes(job, list(again.values()), jobs), strict=True):
        reports[number] = report
    return reports


def _outcomes(job: Job, items: Sequence[Item], jobs: int | None) -> Iterator[Outcome]:
    found = [job.remembered(item) for item in items]
    missing = [item for item, outcome in zip(items, found, strict=True) if outcome is None]
    if not missing:
        yield from cast("list[Outcome]", found)
        return
    count = _processes(missing) if jobs is None else min(jobs, len(missing))
    if count < 2:
        made = map(job.outcome, missing)
        for outcome in found:
            yield next(made) if outcome is None else outcome
    else:
        from kqlpack.pipeline.compact import decode
        from kqlpack.pipeline.pool import in_order

        _load_everything(job)
        texts = in_order(job, missing, count)
        for outcome in found:
            yield decode(next(texts)) if outcome is None else outcome
        next(texts, None)  # it ends the processes
    if job.cache:
        job.cache.tidy(len(missing))


def _processes(items: Sequence[Item]) -> int:
    from kqlpack.pipeline.pool import cores

    amount = sum(_FILES_IN_A_PACK if target.is_pack else 1 for target, _ in items)
    return min(cores(), 1 + amount // _WORTH_A_PROCESS, len(items))


@dataclass(frozen=True, slots=True)
class Job:
    """How targets are checked, as another process can be told: with the rules of these names.

    `slugs` None: with those that each target's configuration asks for.
    """

    slugs: tuple[str, ...] | None
    cache: Cache | None

    def __call__(self, item: Item) -> str:
        """Return the outcome of a target as text, for the process that asked."""
        from kqlpack.pipeline.compact import encode

        return encode(self.outcome(item))

    def remembered(self, item: Item) -> Outcome | None:
        """Return what an earlier run found, if nothing has changed since."""
        if self.cache is None:
            return None
        target, beside = item
        inputs = self.cache.inputs(target, beside)
        return cast("Outcome | None", self.cache.find(target, inputs, beside)) if inputs else None

    def outcome(self, item: Item) -> Outcome:
        """Check a target, and keep what was found."""
        target, beside = item
        rules = None if self.slugs is None else _rules(self.slugs)
        inputs = self.cache.inputs(target, beside) if self.cache else None
        pack, outcome = check_beside(target, rules, beside, inputs.texts if inputs else None)
        if self.cache and inputs:
            self.cache.keep(target, inputs, outcome, pack, beside)
        return outcome


@cache
def _rules(slugs: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in all_rules() if rule.slug in slugs)


def _load_everything(job: Job) -> None:
    """Load what every query needs, once, before the process is copied."""
    import gc

    from kqlpack.lint import lint
    from kqlpack.pipeline.check import analyze_text
    from kqlpack.source import SourceFile

    query = SourceFile("<text>", "SigninLogs | where TimeGenerated > ago(1d) | take 1")
    lint(analyze_text(query), rules=None if job.slugs is None else _rules(job.slugs))
    # What the collector leaves alone is not written to, and so stays common to all copies.
    gc.collect()
    gc.freeze()
