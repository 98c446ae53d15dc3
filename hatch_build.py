"""Hatch's hook for building the wheel. In: the checkout. Out: grammar, packs and parse tables inside the package.

An editable install needs none of it: a checkout reads `grammar/` and `packs/` where they lie, and makes its own tables.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TABLES = "kqlpack/syntax/_tables.bin"
FOLDERS = ("grammar", "packs")


class WheelHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling exports no name for the argument
    """Compiles the grammar and names what goes into the wheel beside the Python files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill `build_data["force_include"]`; raises CalledProcessError when the grammar does not compile."""
        if version == "editable":
            return
        subprocess.run([sys.executable, "-m", "kqlpack.syntax.compile"], cwd=self.root, check=True)
        build_data["force_include"][TABLES] = TABLES
        for folder in FOLDERS:
            build_data["force_include"][folder] = f"kqlpack/{folder}"
