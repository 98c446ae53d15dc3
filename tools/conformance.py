"""Measures kqlpack against the shared data. In: ../shared. Out: a table of figures; exit 1 below a bar.

Where the data are absent nothing is measured, and that is said.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tools import (
    conformance_emit,
    conformance_execution,
    conformance_foreign,
    conformance_format,
    conformance_injection,
    conformance_lint,
    conformance_meaning,
    conformance_recovery,
    conformance_tree,
    oracle,
)
from tools.exceptions import is_exception

SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured share and its bar; `bar` None: no bar yet, only told."""

    what: str
    part: int
    whole: int
    bar: float | None

    @property
    def is_met(self) -> bool:
        """Whether the figure is at its bar. A figure over nothing never is."""
        return self.whole > 0 and (self.bar is None or self.part >= self.bar * self.whole)

    def __str__(self) -> str:
        """Print one line of the table."""
        share = self.part / self.whole if self.whole else 0.0
        bar = "   -  " if self.bar is None else f"{self.bar:6.1%}"
        mark = "ok  " if self.is_met else "FAIL"
        return f"{mark} {self.what:<58} {self.part:>5}/{self.whole:<5} {share:7.2%}  bar {bar}"


@dataclass(frozen=True, slots=True)
class Mean:
    """A measured mean, and the most that it may be."""

    what: str
    value: float
    bar: float

    @property
    def is_met(self) -> bool:
        """Whether the mean is at its bar or below."""
        return 0 < self.value <= self.bar

    def __str__(self) -> str:
        """Print one line of the table."""
        mark = "ok  " if self.is_met else "FAIL"
        return f"{mark} {self.what:<58} {self.value:>19.2f}  bar {self.bar:6.1f}"


def corpus(name: str) -> list[dict[str, Any]]:
    """Read a file of the corpus, without Resource Graph queries, management commands and files of several queries."""
    with open(SHARED / "corpus" / name, encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream]
    return [
        record
        for record in records
        if not record.get("dialect") and not record.get("command") and not record["oracle"].get("blocks_ok")
    ]


def syntax(name: str, accepted_bar: float, rejected_bar: float | None) -> list[Figure]:
    """Compare verdicts with the official parser's, where tests/conformance/exceptions doesn't say otherwise."""
    valid = broken = accepted = rejected = 0
    for record in corpus(name):
        ok = parse(SourceFile(record["id"], record["text"])).ok
        agreed = ok == record["oracle"]["syntax_ok"] or is_exception(record["text"])
        if record["oracle"]["syntax_ok"]:
            valid += 1
            accepted += agreed
        else:
            broken += 1
            rejected += agreed
    return [
        Figure(f"{name}: valid queries accepted", accepted, valid, accepted_bar),
        Figure(f"{name}: broken queries rejected", rejected, broken, rejected_bar),
    ]


def excepted() -> int:
    """Return on how many queries the verdicts differ, and an exception says why."""
    return sum(
        is_exception(record["text"])
        for name in ("dev.jsonl", "docs_dev.jsonl", "extra_dev.jsonl", "mutants.jsonl")
        for record in corpus(name)
        if parse(SourceFile(record["id"], record["text"])).ok != record["oracle"]["syntax_ok"]
    )


def mutants() -> list[Figure | Mean]:
    """Compare verdicts on single mutations, and see where, and how often, a break is told."""
    measured = conformance_recovery.measure(corpus("mutants.jsonl"))
    return [
        Figure("mutants.jsonl: verdicts agree", measured.agreed, measured.queries, 0.995),
        Figure("mutants.jsonl: first diagnostic on the oracle's line", measured.on_line, measured.broken, 0.98),
        Mean("mutants.jsonl: diagnostics per mutation, mean", measured.diagnostics / max(measured.broken, 1), 1.2),
    ]


def trees() -> list[Figure]:
    """Compare the shapes of trees with the official parser's."""
    if not oracle.is_installed():
        print(f"NOT MEASURED: the shapes of trees: {oracle.HOW}")
        return [Figure("tree shape equal to Microsoft's: not measured", 0, 0, 0.99)] if os.environ.get("CI") else []
    return [
        Figure(f"{name}: tree shape equal to Microsoft's", measured.same, measured.queries, 0.99)
        for name, measured in conformance_tree.measure(SHARED).items()
    ]


def meaning() -> list[Figure | Mean]:
    """Compare names, types and result columns with the official binder's."""
    dev, docs, extra = (
        conformance_meaning.measure(corpus(name)) for name in ("dev.jsonl", "docs_dev.jsonl", "extra_dev.jsonl")
    )
    told, total = conformance_meaning.flagged(corpus("mutants.jsonl"))
    same = "self-contained, result columns equal"
    return [
        Figure("dev.jsonl: clean queries without an error from kqlpack", dev.silent, dev.clean, 0.995),
        Figure("docs_dev.jsonl: clean queries without an error", docs.silent, docs.clean, 0.995),
        Figure("extra_dev.jsonl: clean queries without an error", extra.silent, extra.clean, 0.995),
        Figure("dev.jsonl: result columns equal in name, order and type", dev.same, dev.typed, 0.98),
        Figure(f"docs_dev.jsonl: {same}", docs.whole_same, docs.whole, 0.97),
        Figure(f"extra_dev.jsonl: {same}", extra.whole_same, extra.whole, 0.97),
        Figure("mutants.jsonl: with a semantic error alone, told", told, total, 0.98),
        Mean("catalogue: megabytes of data", conformance_meaning.size() / 1e6, 1.5),
        Mean("catalogue: ms to load what one query needs", conformance_meaning.load_time(), 10.0),
    ]


def execution() -> list[Figure]:
    """Run the queries with documented results on the embedded engine."""
    bars = {"documentation, core": 0.80, "loco": 0.90}
    figures = []
    judge = conformance_execution.judge(SHARED)
    for name, listed in conformance_execution.cases(SHARED).items():
        outcome = conformance_execution.measure(name, listed, judge)
        answered = outcome.total - len(outcome.refused) - len(outcome.failed)
        figures.append(Figure(f"execution, {name}: right", len(outcome.right), outcome.total, bars[name]))
        figures.append(Figure(f"execution, {name}: right among the answered", len(outcome.right), answered, 0.95))
    return figures


def injected() -> list[Figure]:
    """Fill the places of templates with hostile values, and let the official parser tell whether its tree changes."""
    if not oracle.is_installed():
        print(f"NOT MEASURED: injections, by Microsoft's parser: {oracle.HOW}")
        return [Figure("injections: not measured", 0, 0, 1.0)] if os.environ.get("CI") else []
    measured = conformance_injection.measure()
    for failure in measured.failures[:5]:
        print(f"     {failure}")
    return [Figure("hostile values: Microsoft's tree is the harmless one's", measured.same, measured.judged, 1.0)]


def formatted() -> list[Figure]:
    """Format every query: same tokens, same comments, and a second run changes nothing."""
    measured = conformance_format.measure(SHARED)
    for failure in measured.failures[:5]:
        print(f"     {failure}")
    return [Figure("format: tokens and comments kept, idempotent", measured.kept, measured.queries, 1.0)]


def foreign() -> list[Figure]:
    """Wrap every tenth query into other people's formats, and read it back; import other people's templates."""
    measured = conformance_foreign.measure(corpus("dev.jsonl")[::10])
    valid, imported = conformance_foreign.templates(SHARED)
    return [
        Figure("wrapped into YAML, JSON, Markdown: queries found", measured.found, measured.queries, 1.0),
        Figure("wrapped: planted words at their line and column", measured.placed, measured.words, 1.0),
        Figure("templates.jsonl: imported, render to a valid query", imported, valid, 0.98),
    ]


def linted() -> list[Figure]:
    """Lint the corpus as files, and mend what has a fix."""
    records = corpus("dev.jsonl")
    measured = conformance_lint.measure(records)
    for failure in measured.failures[:5]:
        print(f"     {failure}")
    clean, files = conformance_lint.clean(records)
    return [
        Figure("dev.jsonl: fixes whose text parses, is mended and stays", measured.right, measured.fixes, 1.0),
        Figure("dev.jsonl: files without a finding of the default rules", clean, files, 0.45),
    ]


def emitted() -> list[Figure]:
    """Validate the template of every pack against Azure's own types."""
    measured = conformance_emit.measure(SHARED)
    for failure in measured.failures:
        print(f"     {failure}")
    valid = measured.resources - len(measured.failures)
    return [Figure("saved searches valid by Azure's schema", valid, measured.resources, 1.0)]


def main() -> int:
    """Print the table; return the exit code."""
    if not SHARED.is_dir():
        print(f"conformance: NOTHING MEASURED: the folder {SHARED.name} does not lie beside the checkout")
        return 0
    started = time.perf_counter()
    figures: list[Figure | Mean] = [
        *syntax("dev.jsonl", 0.998, 0.99),
        *syntax("docs_dev.jsonl", 0.995, None),
        *syntax("extra_dev.jsonl", 0.995, None),
        *mutants(),
        *trees(),
        *meaning(),
        *execution(),
        *formatted(),
        *injected(),
        *foreign(),
        *linted(),
        *emitted(),
    ]
    print("\n".join(str(figure) for figure in figures))
    print(f"verdicts that differ, counted as agreed because tests/conformance/exceptions says why: {excepted()}")
    failed = sum(not figure.is_met for figure in figures)
    print(f"{len(figures) - failed} passed, {failed} failed")
    print(f"conformance: {time.perf_counter() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
