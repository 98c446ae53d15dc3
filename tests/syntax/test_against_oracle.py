"""Our verdicts beside those of Microsoft's own parser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tools.exceptions import is_exception

if TYPE_CHECKING:
    from tools.oracle import Oracle

HERE = Path(__file__).parent
QUERIES = [
    block
    for name in ("valid.kql", "broken.kql", "refused.kql")
    for block in (HERE / name).read_text("utf-8").split("\n\n")
    if block.strip()
]


@pytest.mark.parametrize("text", QUERIES)
def test_both_parsers_say_the_same(oracle: Oracle, text: str) -> None:
    ours, theirs = parse(SourceFile("query.kql", text)).ok, oracle.judge(text).ok
    assert ours == theirs or is_exception(text)
