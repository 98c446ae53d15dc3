"""Times kqlpack, its peers beside it. In: the shared corpus beside the checkout, else the project's own queries.

Out: a table. Timings are noisy: what is compared runs in one and the same run, in turn, and ratios are told. Exits
with 1 where a bar is missed; a peer that isn't installed is named.
"""

from __future__ import annotations

import gc
import json
import shutil
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack import catalog
from kqlpack.lint import lint
from kqlpack.pipeline import load
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from kqlpack.template import render
from tools import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PEERS = ROOT / "build" / "peers" / "bin" / "python"
ROUNDS = 5
# ANTLR takes 6 ms a query in Python: a part must do.
FEW = 400
# How many times faster than the peer kqlpack is to be.
BARS = {"Microsoft's, in warm Node.js": 4.0, "duckdb-kql": 40.0, "kusto-query-language-parser": 40.0, "stock Lark": 2.0}
# How many times faster than Microsoft's analysis parsing and binding are to be.
BOUND_BAR = 15.0
# The most that a whole process may take over `python -c pass`, in milliseconds.
COLD_BAR = 150.0

# The most that rendering one query with its map may take, warm, in milliseconds: the median over queries.
RENDER_BAR = 1.0


def texts() -> list[str]:
    """Return the queries to time: valid ones only."""
    path = SHARED / "corpus" / "dev.jsonl"
    if path.exists():
        with open(path, encoding="utf-8") as stream:
            records = [json.loads(line) for line in stream]
        return [record["text"] for record in records if record["oracle"]["syntax_ok"] and not record.get("dialect")]
    pack = load(ROOT / "packs" / "entra-signins")
    return [query.render().text for query in pack.queries.values()]


def seconds_of(stage: Callable[[], object]) -> float:
    """Return the seconds that a stage takes once."""
    gc.collect()
    started = time.perf_counter()
    stage()
    return time.perf_counter() - started


def best(stages: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the least seconds of each stage, over rounds in which they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(ROUNDS):
        for name, stage in stages.items():
            seconds[name].append(seconds_of(stage))
    return {name: min(values) for name, values in seconds.items()}


def parse_all(files: list[SourceFile]) -> None:
    """Parse all, and keep nothing, as the peers do."""
    for file in files:
        parse(file)


class Peer:
    """Another parser in a process of its own, which parses all texts whenever it is asked to."""

    def __init__(self, command: list[str], given: object) -> None:
        """Start it, hand it the texts, and let it warm up."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._send(json.dumps(given))
        self.seconds()
        self.seconds()

    def _send(self, line: str) -> None:
        if self._process.stdin is None:
            raise OSError("the peer's process has no input")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def seconds(self) -> float:
        """Return the seconds of one pass over all texts."""
        self._send("")
        if self._process.stdout is None:
            raise OSError("the peer's process has no output")
        return float(self._process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def compared() -> list[str]:
    """Print how many times faster the parser is than its peers; return what misses its bar."""
    every = texts()
    few = every[:: max(len(every) // FEW, 1)]
    worker = str(ROOT / "tools" / "peers" / "worker.py")
    node = ["node", "--stack-size=8000", str(ROOT / "tools" / "oracle" / "bench.js")]
    peers = {
        "Microsoft's, in warm Node.js": (node, every, oracle.is_installed()),
        "stock Lark": ([sys.executable, worker, "stock Lark"], every, True),
        "duckdb-kql": ([str(PEERS), worker, "duckdb-kql"], few, PEERS.exists()),
        "kusto-query-language-parser": ([str(PEERS), worker, "kusto-query-language-parser"], few, PEERS.exists()),
    }
    missed = []
    print(f"parsing to the final tree, one thread, {ROUNDS} rounds in turn with each peer; queries/s are medians")
    for name, (command, queries, is_here) in peers.items():
        if not is_here:
            print(
                f"  NOT MEASURED: {name} is not installed (make bench installs it, where Node.js and the network are)"
            )
            missed.append(f"{name}: not measured")
            continue
        files = [SourceFile("query.kql", text) for text in queries]
        peer = Peer(command, {"texts": queries} if command is node else queries)
        parse_all(files)
        pairs = [(seconds_of(partial(parse_all, files)), peer.seconds()) for _ in range(ROUNDS)]
        peer.close()
        ratio = statistics.median(theirs / ours for ours, theirs in pairs)
        ours, theirs = (len(files) / statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"  {name:<30} {theirs:8.0f}   kqlpack {ours:8.0f}   {ratio:6.1f} times, bar {BARS[name]:.0f}")
        if ratio < BARS[name]:
            missed.append(f"{name}: {ratio:.1f} times, not {BARS[name]:.0f}")
    return missed


def analysed() -> list[str]:
    """Print how many times faster parser and binder are together than Microsoft's analysis; return what misses."""
    if not oracle.is_installed():
        print("  NOT MEASURED: Microsoft's analysis is not installed (make oracle installs it)")
        return ["Microsoft's analysis: not measured"]
    queries = texts()
    queries = queries[:: max(len(queries) // FEW, 1)]
    known = catalog.load()
    tables = {
        name: {column.name: str(column.type) for column in table.columns}
        for name in known.table_names()
        if (table := known.table(name)) is not None and table.columns
    }
    files = [SourceFile("query.kql", text) for text in queries]
    node = ["node", "--stack-size=8000", str(ROOT / "tools" / "oracle" / "bench.js")]
    peer = Peer(node, {"texts": queries, "tables": tables})

    def bind_all() -> None:
        for file in files:
            bind(parse(file), known)

    bind_all()
    pairs = [(seconds_of(bind_all), peer.seconds()) for _ in range(ROUNDS)]
    peer.close()
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    ours, theirs = (len(files) / statistics.median(side) for side in zip(*pairs, strict=True))
    print("parsing and binding, one thread")
    name = "Microsoft's, in warm Node.js"
    print(f"  {name:<30} {theirs:8.0f}   kqlpack {ours:8.0f}   {ratio:6.1f} times, bar {BOUND_BAR:.0f}")
    return [] if ratio >= BOUND_BAR else [f"parsing and binding: {ratio:.1f} times, not {BOUND_BAR:.0f}"]


def cold() -> list[str]:
    """Print what whole processes take over `python -c pass`, in turn with it; return what misses its bar."""
    query = ROOT / "build" / "one.kql"
    query.parent.mkdir(exist_ok=True)
    query.write_text("SigninLogs\n| where TimeGenerated > ago(1d)\n| where ResultType == 0\n", encoding="utf-8")
    command = shutil.which("kqlpack", path=str(Path(sys.executable).parent)) or "kqlpack"
    commands = {
        "kqlpack lint ONE.kql": [command, "lint", str(query)],
        "kqlpack lint examples/wrong": [command, "lint", str(ROOT / "examples" / "wrong")],
    }
    bare: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(3 * ROUNDS):
        bare.append(process([sys.executable, "-c", "pass"]))
        for name, arguments in commands.items():
            taken[name].append(process(arguments))
    print(f"whole processes over `python -c pass`, median of {3 * ROUNDS}, with compiled modules and no other cache")
    missed = []
    for name, values in taken.items():
        over = 1000 * statistics.median(value - alone for value, alone in zip(values, bare, strict=True))
        print(f"  {name:<30} {over:8.0f} ms")
        if name.endswith("ONE.kql") and over > COLD_BAR:
            missed.append(f"{name}: {over:.0f} ms, not {COLD_BAR:.0f}")
    return missed


def rendered() -> list[str]:
    """Print what rendering one query with its map takes, warm; return what misses its bar."""
    folders = [*sorted((ROOT / "packs").iterdir()), ROOT / "tools" / "templates"]
    queries = [query for folder in folders for query in load(folder).queries.values()]
    taken = []
    for query in queries:
        if not render(query).ok:
            return [f"rendering `{query.id}`: it can't be rendered"]
        taken.append(1000 * statistics.median(seconds_of(partial(render, query)) for _ in range(10 * ROUNDS)))
    median = statistics.median(taken)
    print(f"rendering one query with its map, warm, median of {10 * ROUNDS}; over {len(queries)} queries")
    print(f"  median                         {median:8.2f} ms   worst {max(taken):.2f} ms   bar {RENDER_BAR:.0f} ms")
    return [] if median <= RENDER_BAR else [f"rendering: {median:.2f} ms, not {RENDER_BAR:.0f}"]


def process(arguments: list[str]) -> float:
    """Return the seconds of a process."""
    started = time.perf_counter()
    subprocess.run(arguments, cwd=ROOT, check=False, capture_output=True)
    return time.perf_counter() - started


def stages() -> None:
    """Print what each stage takes."""
    files = [SourceFile("query.kql", text) for text in texts()]
    known = catalog.load()
    parsed = [parse(file) for file in files]
    bound = [bind(one, known) for one in parsed]
    timed: dict[str, Callable[[], object]] = {
        "parse": partial(parse_all, files),
        "bind": lambda: [bind(one, known) for one in parsed],
        "lint": lambda: [lint(one) for one in bound],
    }
    print(f"stages over {len(files)} queries, best of {ROUNDS} rounds in turn")
    for name, seconds in best(timed).items():
        print(f"  {name:<30} {len(files) / seconds:8.0f} queries/s")


def main() -> int:
    """Print the tables; return the exit code."""
    stages()
    missed = [*compared(), *analysed(), *rendered(), *cold()]
    for one in missed:
        print(f"MISSED  {one}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
