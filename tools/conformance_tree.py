"""Compares the shapes of trees with Microsoft's. In: the shared corpus. Out: how many are the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tools.oracle import judge_all
from tools.tree_shape import ours, theirs

if TYPE_CHECKING:
    from pathlib import Path

FILES = ("dev.jsonl", "docs_dev.jsonl", "extra_dev.jsonl")


@dataclass(frozen=True, slots=True)
class Measured:
    """Queries that both parsers accept, and those of the same shape; `failures` names some of the others."""

    queries: int
    same: int
    failures: tuple[str, ...]


def measure(shared: Path) -> dict[str, Measured]:
    """Compare all valid queries of each file."""
    return {name: _measure(shared / "corpus" / name) for name in FILES}


def _measure(path: Path) -> Measured:
    with path.open(encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream]
    parsed = [
        parse(SourceFile(record["id"], record["text"]))
        for record in records
        if record["oracle"]["syntax_ok"] and not record.get("dialect") and not record.get("command")
    ]
    parsed = [one for one in parsed if one.ok]
    same, failures = 0, []
    for one, verdict in zip(parsed, judge_all([one.text for one in parsed], tree=True), strict=True):
        if verdict.tree is not None and ours(one.root, one.text) == theirs(verdict.tree):
            same += 1
        else:
            failures.append(one.file.path)
    return Measured(len(parsed), same, tuple(failures))
