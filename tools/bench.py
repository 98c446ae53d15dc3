"""Times kqlpack, its peers beside it. In: the shared corpus beside the checkout, else the project's own queries.

Out: a table. Timings are noisy: what is compared runs in one and the same run, in turn, and ratios are told. Exits
with 1 where a bar is missed; a peer that isn't installed is named.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack import catalog
from kqlpack.lint import lint
from kqlpack.pipeline import load
from kqlpack.pipeline.pool import cores
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
# The most seconds for a run over all files that the cache knows.
CACHED_BAR = 0.7
# How many packs one run is to take, in how much memory; ten times the packs may take as many times the seconds.
PACKS = 10_000
MEMORY_BAR = 1024
GROWTH_BAR = 13.0
NODE = ["node", "--stack-size=8000", str(ROOT / "tools" / "oracle" / "bench.js")]
KQLPACK = [sys.executable, "-m", "kqlpack"]
PACK = """\
kqlpack: 1
name: pack-{number}
version: 1.0.0
title: Failed sign-ins
parameters:
  most: {{type: int, default: 10, min: 1, max: 90}}
queries:
  - id: failed
    title: Failed sign-ins
    query: |
      SigninLogs
      | where TimeGenerated > ago({days}d)
      | where ResultType == {number}
      | summarize count() by UserPrincipalName
      | take {{{{ most }}}}
"""

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
    peers = {
        "Microsoft's, in warm Node.js": (NODE, every, oracle.is_installed()),
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
        peer = Peer(command, {"texts": queries} if command is NODE else queries)
        parse_all(files)
        pairs = [(seconds_of(partial(parse_all, files)), peer.seconds()) for _ in range(ROUNDS)]
        peer.close()
        ratio = statistics.median(theirs / ours for ours, theirs in pairs)
        ours, theirs = (len(files) / statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"  {name:<30} {theirs:8.0f}   kqlpack {ours:8.0f}   {ratio:6.1f} times, bar {BARS[name]:.0f}")
        if ratio < BARS[name]:
            missed.append(f"{name}: {ratio:.1f} times, not {BARS[name]:.0f}")
    return missed


def known_tables() -> dict[str, dict[str, str]]:
    """Return the catalogue's tables as the peer takes them."""
    known = catalog.load()
    return {
        name: {column.name: str(column.type) for column in table.columns}
        for name in known.table_names()
        if (table := known.table(name)) is not None and table.columns
    }


def analysed() -> list[str]:
    """Print how many times faster parser and binder are together than Microsoft's analysis; return what misses."""
    if not oracle.is_installed():
        print("  NOT MEASURED: Microsoft's analysis is not installed (make oracle installs it)")
        return ["Microsoft's analysis: not measured"]
    queries = texts()
    queries = queries[:: max(len(queries) // FEW, 1)]
    known = catalog.load()
    files = [SourceFile("query.kql", text) for text in queries]
    peer = Peer(NODE, {"texts": queries, "tables": known_tables()})

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
        "kqlpack lint ONE.kql": [command, "lint", "--no-cache", str(query)],
        "kqlpack lint examples/wrong": [command, "lint", "--no-cache", str(ROOT / "examples" / "wrong")],
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


def linted() -> list[str]:
    """Print how much faster `kqlpack lint` is than Microsoft's analysis, and what it takes again, from the cache.

    Both are timed without their start (kqlpack's is that of a run over one file); the peer does a part of the queries.
    """
    queries = texts()
    few = queries[:: max(len(queries) // FEW, 1)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "queries")
        place.mkdir()
        for number, text in enumerate(queries):
            (place / f"{number}.kql").write_text(text, encoding="utf-8", newline="")
        one = str(place / "0.kql")
        command = [*KQLPACK, "lint", "--format", "concise"]
        environment = {**os.environ, "KQLPACK_CACHE_DIR": str(Path(folder, "cache"))}
        timed = partial(process, environment=environment)
        peer = Peer(NODE, {"texts": few, "tables": known_tables()}) if oracle.is_installed() else None
        rounds = []
        timed([*command, str(place)])
        for _ in range(ROUNDS):
            theirs = peer.seconds() * len(queries) / len(few) if peer else math.nan
            start = timed([*command, "--no-cache", one])
            anew = timed([*command, "--no-cache", str(place)])
            rounds.append((theirs, anew - start, anew, timed([*command, str(place)])))
        if peer:
            peer.close()
    ratio = statistics.median(theirs / ours for theirs, ours, _, _ in rounds)
    anew, again = (statistics.median(one[place] for one in rounds) for place in (2, 3))
    print(f"kqlpack lint over {len(queries)} files, all default rules, {cores()} cores, medians of {ROUNDS}")
    print(f"  with no cache                  {anew:8.2f} s")
    print(f"  again, from the cache          {again:8.2f} s, bar {CACHED_BAR:.1f}")
    missed = [] if again <= CACHED_BAR else [f"lint from the cache: {again:.2f} s, not {CACHED_BAR:.1f}"]
    if peer is None:
        print("  NOT MEASURED: Microsoft's analysis is not installed (make oracle installs it)")
        return [*missed, "lint beside Microsoft's analysis: not measured"]
    print(f"  {'over Microsoft' + chr(39) + 's, in warm Node.js':<30} {ratio:8.1f} times, bar {BOUND_BAR:.0f}")
    return missed if ratio >= BOUND_BAR else [*missed, f"lint: {ratio:.1f} times, not {BOUND_BAR:.0f}"]


def packs() -> list[str]:
    """Print what a run over very many packs takes, beside one over a tenth of them; return what misses its bar."""
    seconds, peak = {}, {}
    print(f"kqlpack lint over packs of one query, with no cache, {cores()} cores")
    with tempfile.TemporaryDirectory() as folder:
        for count in (PACKS // 10, PACKS):
            for number in range(count):
                pack = Path(folder, f"p{number}")
                pack.mkdir(exist_ok=True)
                (pack / "pack.yaml").write_text(PACK.format(number=number, days=number % 9 + 1), encoding="utf-8")
            seconds[count] = process([*KQLPACK, "lint", "--no-cache", "--jobs", "1", folder])
            peak[count] = peak_of([*KQLPACK, "lint", "--no-cache", folder])
            print(
                f"  {count:<30} {seconds[count]:8.2f} s, one process; {peak[count]:.0f} MB, all processes at their peak"
            )
    growth = seconds[PACKS] / seconds[PACKS // 10]
    print(f"  ten times the packs            {growth:8.1f} times the seconds, bar {GROWTH_BAR:.0f}; {MEMORY_BAR} MB")
    missed = [] if growth <= GROWTH_BAR else [f"ten times the packs: {growth:.1f} times the seconds"]
    return missed if peak[PACKS] <= MEMORY_BAR else [*missed, f"{PACKS} packs: {peak[PACKS]:.0f} MB"]


def peak_of(arguments: list[str]) -> float:
    """Return the megabytes that a process and its children take at their peak together.

    It is the sum of the most that each ever took: what they have in common is counted in each.
    """
    running = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL)
    peaks: dict[int, int] = {}
    while running.poll() is None:
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError, KeyError, ValueError):
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                if running.pid in {int(fields["Pid"]), int(fields["PPid"])}:
                    peaks[int(fields["Pid"])] = int(fields["VmHWM"].split()[0])
        time.sleep(0.1)
    return sum(peaks.values()) / 1024


def process(arguments: list[str], environment: dict[str, str] | None = None) -> float:
    """Return the seconds of a process."""
    started = time.perf_counter()
    subprocess.run(arguments, cwd=ROOT, check=False, capture_output=True, env=environment)
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
    """Print the tables, or those that are named; return the exit code."""
    measurements = {
        "parse": compared,
        "bind": analysed,
        "render": rendered,
        "cold": cold,
        "lint": linted,
        "packs": packs,
    }
    wanted = sys.argv[1:] or list(measurements)
    if not sys.argv[1:]:
        stages()
    missed = [one for name in wanted for one in measurements[name]()]
    for one in missed:
        print(f"MISSED  {one}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
