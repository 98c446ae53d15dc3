"""Shows the main job, end to end, on sample data. In: packs/ and examples/. Out: what each command prints.

Every step runs the command line as a person would, says what it is about to do, and checks that it ended as it should.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "demo"
NOW = "2026-03-02T12:00:00Z"


def step(title: str, *arguments: str, expect: int = 0) -> None:
    """Run `kqlpack ARGUMENTS`; stop the demo when its exit code is another than the one to expect."""
    print(f"\n\033[1m== {title}\033[0m" if sys.stdout.isatty() else f"\n== {title}")
    print(f"$ kqlpack {' '.join(arguments)}", flush=True)
    code = subprocess.run([sys.executable, "-m", "kqlpack", *arguments], cwd=ROOT, check=False).returncode
    if code != expect:
        sys.exit(f"demo: exit code {code} where {expect} belongs")


def main() -> None:
    """Run the steps."""
    started = time.perf_counter()
    OUT.mkdir(parents=True, exist_ok=True)
    wrong = OUT / "wrong"
    shutil.rmtree(wrong, ignore_errors=True)
    shutil.copytree(ROOT / "examples" / "wrong", wrong)
    shown = wrong.relative_to(ROOT).as_posix()

    step("Lint a pack that is right: nothing to say", "lint", "packs/entra-signins")
    step("Lint one that is wrong: each finding at its line, with what to write", "lint", shown, expect=1)
    step("What the safe fixes would change", "lint", shown, "--diff", expect=1)
    step("Let them mend the copy; what is left needs a decision", "lint", shown, "--fix", expect=1)
    step(
        "Run a query on sample data: twelve accounts, one address",
        "run",
        "packs/entra-signins:password-spray",
        "--data",
        "examples/data",
        "--now",
        NOW,
    )
    step("Run the pack's own tests on the embedded engine", "test", "packs/entra-signins")
    step(
        "Build the template that publishes its queries as saved searches",
        "build",
        "packs/entra-signins",
        "--target",
        "arm",
        "-o",
        "build/demo",
    )

    print(f"\ndemo: done in {time.perf_counter() - started:.0f} s. The mended pack: {shown}/pack.yaml")
    print(f"      The template: {(OUT / 'entra-signins.arm.json').relative_to(ROOT).as_posix()}")


if __name__ == "__main__":
    main()
