"""The command line, a thin skin: one file per command. In: arguments. Out: text, and the exit codes of the contract."""

from __future__ import annotations

from kqlpack.cli.main import main

__all__ = ["main"]
