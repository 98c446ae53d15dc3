"""Hostile files, linted as a user does it: `kqlpack lint FILE`; files of values: `kqlpack render --params FILE`.

Each runs in a process of its own that may take 512 MB of address space, and 2 seconds beyond what a process takes that
lints one line: the processor's seconds, which are the clock's where nothing else runs, for nothing here waits. Each
must end as a finding, or be left alone with a reason: exit code 1 or 2, no traceback, and nothing read or run that the
file has no right to. What linting one line takes is measured first, and must leave most of the room to what is tested;
on Linux with Python 3.11 it was 45 MB and 0.3 s.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest

from tests.template.hostile_files import CASES, SECRET, pack

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's")

MEGABYTES: Final = 512
SECONDS: Final = 2.0
MOST_AT_BASE: Final = 128
# After this long a process is ended, and its test fails.
PATIENCE: Final = 20
COMMAND: Final = [sys.executable, "-c", "from kqlpack.cli.main import main; main()"]
ENVIRONMENT: Final = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a process did. `seconds`: of the processor."""

    code: int
    said: str
    seconds: float


def run(folder: Path, *arguments: str) -> Outcome:
    """Run kqlpack in a process with limits."""
    process = subprocess.Popen(
        ["sh", "-c", f'ulimit -v {MEGABYTES * 1024}; exec "$@"', "sh", *COMMAND, *arguments],  # noqa: S607 - any sh
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
    )
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    with process.stdout or nullcontext(BytesIO()) as stream:
        said = stream.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    timer.cancel()
    return Outcome(process.returncode, said.decode("utf-8", "replace"), usage.ru_utime + usage.ru_stime)


def peak(folder: Path) -> int:
    """Return the most address space that a process takes which lints a folder, in megabytes."""
    code = (
        "import sys\nfrom kqlpack.cli.main import run\nrun(['lint', '.'])\n"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmPeak')][0])"
    )
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1]) // 1024


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, parse_tables: None) -> float:
    """Return the seconds of a process that lints a pack of one line."""
    del parse_tables
    folder = tmp_path_factory.mktemp("base")
    (folder / "pack.yaml").write_text(pack("T | take 1"), encoding="utf-8")
    assert peak(folder) <= MOST_AT_BASE
    return min(run(folder, "lint", "pack.yaml").seconds for _ in range(3))


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_ends_as_a_finding(name: str, base: float, tmp_path: Path) -> None:
    case = CASES[name]
    for path, text in case.files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="")
    for path, goal in case.links:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).symlink_to(goal)
    outcome = run(tmp_path, *case.command, case.path)
    assert outcome.code in {1, 2}, outcome
    assert "Traceback" not in outcome.said
    assert "internal error" not in outcome.said
    assert case.told in outcome.said
    assert SECRET not in outcome.said
    assert "root:" not in outcome.said, "a line of /etc/passwd"
    assert not (tmp_path / "owned").exists()
    assert outcome.seconds - base < SECONDS
