"""Running queries in a live workspace. In: KQL text and where to send it. Out: `Result`, or `LiveError`."""

from __future__ import annotations

from kqlpack.execute.azure.client import run

__all__ = ["run"]
