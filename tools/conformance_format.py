"""Measures the formatter over the shared queries. In: the corpus. Out: counts of what is kept.

The comparison is not the formatter's own proof: the text is set without it, and tokens and comments are compared
here.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kqlpack.format.layout import WIDTH, lay_out
from kqlpack.source import SourceFile
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from kqlpack.syntax import Parsed

FILES: Final = ("dev.jsonl", "docs_dev.jsonl", "extra_dev.jsonl")
_COMMENT: Final = re.compile(r"//[^\r\n]*|#[^\r\n]*")


@dataclass(slots=True)
class Measured:
    """How many queries parse, and of how many of those everything was kept. `failures`: which were not, and why."""

    queries: int = 0
    kept: int = 0
    lines: int = 0
    long_lines: int = 0
    failures: list[str] = field(default_factory=list)


def measure(shared: Path, names: tuple[str, ...] = FILES) -> Measured:
    """Set every query that parses; count those that keep tokens and comments, and that a second run leaves alone."""
    measured = Measured()
    for name in names:
        for line in (shared / "corpus" / name).read_text("utf-8").splitlines():
            record = json.loads(line)
            parsed = parse(SourceFile(record["id"], record["text"]))
            if not parsed.ok:
                continue
            measured.queries += 1
            try:
                text, wrong = _set(parsed)
            except Exception as error:  # noqa: BLE001  # a crash is a failure to count
                text, wrong = "", f"{type(error).__name__}: {error}"
            if wrong:
                measured.failures.append(f"{name} {record['id']}: {wrong}")
                continue
            measured.kept += 1
            lines = text.splitlines()
            measured.lines += len(lines)
            measured.long_lines += sum(len(one) > WIDTH for one in lines)
    return measured


def _set(parsed: Parsed) -> tuple[str, str]:
    text = lay_out(parsed)
    again = parse(SourceFile("again", text))
    if not again.ok:
        return text, "does not parse"
    if [token.text for token in again.tokens] != [token.text for token in parsed.tokens]:
        return text, "other tokens"
    if _comments(again) != _comments(parsed):
        return text, "other comments"
    return text, "" if lay_out(again) == text else "not idempotent"


def _comments(parsed: Parsed) -> list[str]:
    end = parsed.tokens[-1].span.end if parsed.tokens else 0
    stretches = [*(token.trivia for token in parsed.tokens), parsed.text[end:]]
    return [comment for trivia in stretches for comment in _COMMENT.findall(trivia)]


def main() -> int:
    """Print what was measured."""
    measured = measure(Path(__file__).resolve().parents[2] / "shared")
    print("\n".join(measured.failures))
    print(f"{measured.kept} of {measured.queries} kept; {measured.long_lines} of {measured.lines} lines are long")
    return 1 if measured.failures else 0


if __name__ == "__main__":
    sys.exit(main())
