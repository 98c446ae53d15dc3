"""The command line, a thin skin: one file per command. In: arguments. Out: text, and the exit codes of the contract."""

from __future__ import annotations

import gc

# Trees and diagnostics hold no cycles: a command that ends soon has little to collect, and looking for it takes its
# time, while modules are imported most of all.
gc.set_threshold(100_000, 50, 100)

from kqlpack.cli.main import main  # noqa: E402  # the imports are what it is set for

__all__ = ["main"]
