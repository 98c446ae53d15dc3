"""A command loads what it needs, and nothing else: start-up is part of every lint on save."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("azure", "duckdb", "jinja2", "lark", "rich", "yaml")
SCRIPT = """
import sys
from kqlpack.cli import main
sys.argv = ["kqlpack", "lint", "q.kql"]
try:
    main()
finally:
    print(*sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)
"""


# Lark is needed once, to make the parse tables; what is tested here is every start after that.
@pytest.mark.usefixtures("parse_tables")
@pytest.mark.parametrize("text", ["SigninLogs | where ResultType == 0\n", "SigninLogs | where a ==\n"])
def test_linting_one_file_of_kql_loads_no_library_that_it_does_not_need(tmp_path: Path, text: str) -> None:
    (tmp_path / "q.kql").write_text(text, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(heavy=HEAVY)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Checked 1 query" in ran.stdout
    assert ran.stderr.splitlines()[-1:] == [""]
