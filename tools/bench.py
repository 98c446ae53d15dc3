"""Times the stages. In: the shared corpus beside the checkout, else the project's own queries. Out: a table.

Timings are noisy: each stage runs several times, in turn with the others, and the best of each is told.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack import catalog
from kqlpack.lint import lint
from kqlpack.pipeline import load
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
ROUNDS = 5


def texts() -> list[str]:
    """Return the queries to time: valid ones only."""
    path = SHARED / "corpus" / "dev.jsonl"
    if path.exists():
        with open(path, encoding="utf-8") as stream:
            records = [json.loads(line) for line in stream]
        return [record["text"] for record in records if record["oracle"]["syntax_ok"] and not record.get("dialect")]
    pack = load(ROOT / "packs" / "entra-signins")
    return [query.render().text for query in pack.queries.values()]


def best(stages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least seconds of each stage, over rounds in which they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(ROUNDS):
        for name, stage in stages.items():
            gc.collect()
            started = time.perf_counter()
            stage()
            seconds[name].append(time.perf_counter() - started)
    return {name: min(values) for name, values in seconds.items()}


def cold(*arguments: str) -> float:
    """Return the median seconds of a whole process."""
    values = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False, capture_output=True)
        values.append(time.perf_counter() - started)
    return statistics.median(values)


def main() -> None:
    """Print the tables."""
    files = [SourceFile("query.kql", text) for text in texts()]
    known = catalog.load()
    parsed = [parse(file) for file in files]
    bound = [bind(one, known) for one in parsed]
    stages: dict[str, Callable[[], object]] = {
        "parse": lambda: [parse(file) for file in files],
        "bind": lambda: [bind(one, known) for one in parsed],
        "lint": lambda: [lint(one) for one in bound],
    }
    print(f"{len(files)} queries, best of {ROUNDS} rounds in turn")
    for name, seconds in best(stages).items():
        print(f"  {name:<8} {seconds:7.3f} s  {len(files) / seconds:8.0f} queries/s")
    bare = cold("-c", "pass")
    print("whole processes, median")
    for arguments in (("-c", "import kqlpack"), ("-m", "kqlpack", "lint", "examples/wrong")):
        print(f"  python {' '.join(arguments):<36} {1000 * (cold(*arguments) - bare):6.0f} ms over `python -c pass`")


if __name__ == "__main__":
    main()
