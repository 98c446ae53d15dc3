"""In a folded scalar a comment swallows the lines below; the fix makes it a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kqlpack.diagnostics import apply
from kqlpack.pack import folded_comment, load

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "kqlpack: 1\nname: p\nqueries:\n  - id: q\n    query: "


def write(folder: Path, text: str) -> Path:
    path = folder / "pack.yaml"
    path.write_text(text, "utf-8", newline="")
    return path


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [">", ">-", ">2", "> # note"])
def test_a_comment_that_swallows_lines_is_found(tmp_path: Path, header: str, line_end: str) -> None:
    body = "      T // the table\n      | take 5\n      | count\n"
    text = (HEAD + header + "\n" + body).replace("\n", line_end)
    query = load(write(tmp_path, text)).queries["q"]
    found = folded_comment(query)
    assert found is not None
    assert text[found.indicator.start : found.indicator.end] == ">"
    assert text[found.comment.start : found.comment.end] == "// the table"
    assert text[found.swallowed.start : found.swallowed.end].startswith("| take 5")
    fixed, _ = apply(text, [found.fix])
    again = load(write(tmp_path, fixed)).queries["q"]
    assert folded_comment(again) is None
    assert "// the table\n" in again.text


@pytest.mark.parametrize(
    "query",
    [
        "|\n      T // the table\n      | take 5\n",
        ">\n      T\n      | take 5 // nothing below\n",
        '>\n      T | where a == "http://x"\n      | take 5\n',
        ">\n      T // the table\n\n      | take 5\n",
        ">\n      T // the table\n        | take 5\n",
        "'T // one line'\n",
        ">\n      T\n      | take 5\n",
    ],
)
def test_a_comment_that_swallows_nothing_is_left_alone(tmp_path: Path, query: str) -> None:
    assert folded_comment(load(write(tmp_path, HEAD + query)).queries["q"]) is None
