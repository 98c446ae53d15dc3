"""Looks at what is told of broken queries. In: records of mutations. Out: verdicts, lines, and how much is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tools.exceptions import is_exception

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Measured:
    """How many queries there were, on how many the verdicts agree, and what was told of those that both refuse."""

    queries: int
    agreed: int
    broken: int
    on_line: int
    diagnostics: int


def measure(records: Iterable[dict[str, Any]]) -> Measured:
    """Compare with the first diagnostic, by place, of the official parser."""
    queries = agreed = broken = on_line = told = 0
    for record in records:
        text, oracle = record["text"], record["oracle"]
        diagnostics = parse(SourceFile(record["id"], text)).diagnostics
        queries += 1
        agreed += bool(diagnostics) != oracle["syntax_ok"] or is_exception(text)
        if oracle["syntax_ok"] or not diagnostics:
            continue
        broken += 1
        told += len(diagnostics)
        first = min(one["start"] for one in oracle["syntax"])
        line = text.encode("utf-16-le")[: 2 * first].decode("utf-16-le", "replace").count("\n")
        on_line += line == text.count("\n", 0, diagnostics[0].span.start)
    return Measured(queries, agreed, broken, on_line, told)
