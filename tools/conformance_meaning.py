"""Compares names, types and columns with Microsoft's binder. In: records of the corpus. Out: counts.

What can't be compared is left out: records whose columns depend on tables or functions that nobody has.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqlpack import catalog
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.semantics import Bound

DATA = Path(catalog.__file__).parent / "data"


@dataclass(slots=True)
class Meaning:
    """Of `clean` queries, in which the official binder finds nothing, `silent` have no error from kqlpack.

    Of `typed` results `same` have the same names, order and types. `whole` are those of self-contained queries, where
    columns that kqlpack can't tell count as wrong, and `whole_same` those that are equal.
    """

    clean: int = 0
    silent: int = 0
    typed: int = 0
    same: int = 0
    whole: int = 0
    whole_same: int = 0


def measure(records: Iterable[dict[str, Any]]) -> Meaning:
    """Bind all valid records and count."""
    counts = Meaning()
    for record in records:
        verdict = record["oracle"]
        bound = _bound(record)
        if bound is None:
            continue
        unknown = verdict["unknown"]["tables"] or verdict["unknown"]["functions"]
        is_clean = not unknown and not _errors(verdict)
        if is_clean:
            counts.clean += 1
            counts.silent += not any(one.severity == "error" for one in bound.diagnostics)
        expected = verdict["result_columns"]
        if not expected or verdict.get("open"):
            continue
        found = None if bound.columns is None else [[column.name, str(column.type)] for column in bound.columns]
        if found is not None:
            counts.typed += 1
            counts.same += found == expected
        if is_clean:
            counts.whole += 1
            counts.whole_same += found == expected
    return counts


def flagged(mutants: Iterable[dict[str, Any]]) -> tuple[int, int]:
    """Return how many mutants with a semantic error alone are told, and of how many."""
    told = total = 0
    for record in mutants:
        bound = _bound(record)
        if bound is not None and len(_errors(record["oracle"])) > record["base_semantic_errors"]:
            total += 1
            told += any(one.severity == "error" for one in bound.diagnostics)
    return told, total


def size() -> int:
    """Return the bytes of the catalogue's data."""
    return sum(path.stat().st_size for path in DATA.iterdir())


def load_time() -> float:
    """Return the milliseconds of work that a fresh process takes to look up what a query names.

    That is a table, a column's facts, a function and an aggregate; the median of five processes.
    """
    measured = [
        float(subprocess.run([sys.executable, "-c", _COLD], capture_output=True, text=True, check=True).stdout)
        for _ in range(5)
    ]
    return sorted(measured)[2]


_COLD = """
import time
from kqlpack import catalog
import kqlpack.semantics, json
known = catalog.load()
started = time.process_time()
known.table("SigninLogs"), known.function("ago"), known.aggregate("count"), known.column_facts("SigninLogs", "Status")
print((time.process_time() - started) * 1000)
"""


def _bound(record: dict[str, Any]) -> Bound | None:
    if not record["oracle"]["syntax_ok"]:
        return None
    parsed = parse(SourceFile(record["id"], record["text"]))
    return bind(parsed, catalog.load()) if parsed.ok else None


def _errors(verdict: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in verdict["semantic"] if one["severity"] == "Error"]
