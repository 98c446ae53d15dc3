"""Runs the queries with documented results on the embedded engine and counts what comes out right.

In: ../shared/execution (cases_dev.jsonl, loco_cases.jsonl, compare.py). Out: right, wrong and refused, and which ones.

    python tools/conformance_execution.py [--wrong] [--refused] [--case ID] [--shared DIR]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from kqlpack.catalog import load
from kqlpack.errors import Error, ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import run
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.values import Datetime, Timespan

SHARED = Path(__file__).resolve().parents[2] / "shared"
_RIGHT = frozenset({"pass", "pass_rounded"})


@dataclass(slots=True)
class Outcome:
    """What a set of cases came to: the ids with a detail, by verdict."""

    name: str
    right: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many cases there were."""
        return len(self.right) + len(self.wrong) + len(self.failed) + len(self.refused)

    def __str__(self) -> str:
        """Print one line."""
        return (
            f"{self.name}: {len(self.right)} of {self.total} right ({len(self.right) / max(self.total, 1):.0%}),"
            f" {len(self.wrong)} wrong, {len(self.failed)} failed with an error, {len(self.refused)} refused,"
            f" {self.seconds:.1f} s"
        )


def cases(shared: Path = SHARED) -> dict[str, list[dict[str, Any]]]:
    """Return the cases: the core of the documentation's, and loco's."""
    folder = shared / "execution"
    documented = [json.loads(line) for line in (folder / "cases_dev.jsonl").read_text(encoding="utf-8").splitlines()]
    core = [
        case for case in documented if not case.get("doubtful") and case["la"] and case["area"] not in {"geo", "graph"}
    ]
    loco = [json.loads(line) for line in (folder / "loco_cases.jsonl").read_text(encoding="utf-8").splitlines()]
    return {"documentation, core": core, "loco": loco}


def judge(shared: Path = SHARED) -> Any:
    """Import compare.py."""
    spec = importlib.util.spec_from_file_location("judge", shared / "execution" / "compare.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(shared / "execution" / "compare.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["judge"] = module
    spec.loader.exec_module(module)
    return module


def _plain(value: Any) -> Any:
    if isinstance(value, Datetime):
        return value.to_datetime().replace(tzinfo=None)
    if isinstance(value, Timespan):
        return timedelta(microseconds=value.ticks / 10)
    return str(value) if isinstance(value, UUID) else value


def measure(name: str, listed: list[dict[str, Any]], compare: Any) -> Outcome:
    """Run cases and judge their results."""
    catalog = load()
    outcome = Outcome(name)
    started = time.perf_counter()
    for case in listed:
        try:
            result = run(bind(parse(SourceFile(case["id"], case["query"])), catalog), {})
        except UnsupportedError as error:
            outcome.refused.append((case["id"], str(error)))
            continue
        except ExecutionError as error:
            outcome.failed.append((case["id"], str(error)))
            continue
        except Error as error:
            outcome.failed.append((case["id"], f"{type(error).__name__}: {error}"))
            continue
        except Exception as error:  # noqa: BLE001 - an escaped exception is what this looks for
            outcome.wrong.append((case["id"], f"ESCAPED {type(error).__name__}: {error}"))
            continue
        columns = [column.name for column in result.columns]
        rows = [[_plain(value) for value in row] for row in result.rows]
        verdict, detail = compare.compare(case, columns, rows)
        if verdict not in _RIGHT:
            # A text inside a dynamic is shown with its quotes on some pages, without them on others.
            shown = [
                [
                    f'"{value}"' if isinstance(value, str) and column.type == "dynamic" else value
                    for column, value in zip(result.columns, row, strict=True)
                ]
                for row in rows
            ]
            verdict = verdict if shown == rows else compare.compare(case, columns, shown)[0]
        if verdict in _RIGHT:
            outcome.right.append(case["id"])
        else:
            outcome.wrong.append((case["id"], f"{verdict}: {detail}"))
    outcome.seconds = time.perf_counter() - started
    return outcome


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--wrong", action="store_true", help="list the wrong answers and the errors")
    parser.add_argument("--refused", action="store_true", help="list what was refused")
    parser.add_argument("--case", help="run one case and print its query, its SQL and its result")
    options = parser.parse_args()
    if not options.shared.exists():
        print(f"{options.shared} is not there: nothing was measured")
        return 0
    sets = cases(options.shared)
    if options.case:
        return _show(next(case for listed in sets.values() for case in listed if case["id"] == options.case))
    compare = judge(options.shared)
    for name, listed in sets.items():
        outcome = measure(name, listed, compare)
        print(outcome)
        pages = {case["id"]: case["page"] for case in listed}
        if options.wrong:
            for kind, found in (("wrong", outcome.wrong), ("error", outcome.failed)):
                for each, detail in found:
                    print(f"  {kind} {each} {pages[each]}: {detail[:300]}")
        if options.refused:
            for reason, count in Counter(detail for _, detail in outcome.refused).most_common():
                print(f"  refused {count}: {reason}")
    return 0


def _show(case: dict[str, Any]) -> int:
    print(case["query"])
    print(case["expected"])
    try:
        result = run(bind(parse(SourceFile(case["id"], case["query"])), load()), {})
    except Error as error:
        print(error)
        return 1
    print(result.sql)
    print([f"{column.name}: {column.type}" for column in result.columns])
    for row in result.rows:
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
