"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE: `dev` (default), `ci` (the same examples each time), `fuzz`.

And the fixtures `oracle`, Microsoft's own parser, and `parse_tables`. Where the oracle isn't installed, the tests that
need it are left out and the last lines of the run say so; in CI they fail.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tools.oracle import HOW, Oracle, is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where the tests run is not what they are about: in a CI service, kqlpack prints in its format.
for _name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "TF_BUILD", "GITLAB_CI"):
    os.environ.pop(_name, None)

# No deadlines: the first example of a test also pays for loading tables, and machines differ in speed.
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("fuzz", max_examples=5_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what tests remember out of the cache of whoever runs them."""
    monkeypatch.setenv("KQLPACK_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "kqlpack-cache"))


@pytest.fixture(scope="session")
def oracle() -> Iterator[Oracle]:
    """Microsoft's parser, as a process that answers text by text."""
    if not is_installed():
        if os.environ.get("CI"):
            pytest.fail(f"Microsoft's parser is not installed: {HOW}")
        pytest.skip(f"not compared with Microsoft's parser: {HOW}")
    with Oracle() as started:
        yield started


@pytest.fixture(scope="session")
def parse_tables() -> None:
    """Make the file of parse tables, where a checkout doesn't have it yet."""
    from kqlpack.syntax.tables import load

    load()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last, and aloud, what was left out."""
    left_out = terminalreporter.stats.get("skipped", [])
    if left_out:
        for reason, count in Counter(one.longrepr[2] for one in left_out).items():
            terminalreporter.write_line(f"LEFT OUT: {count} tests; {reason}", red=True, bold=True)
