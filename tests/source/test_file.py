"""Offsets become lines and columns as an editor counts them, whatever the line ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_from_one(line_end: str) -> None:
    file = SourceFile("a", f"ab{line_end}cd{line_end}")
    second = 2 + len(line_end)
    assert file.line_column(0) == (1, 1)
    assert file.line_column(second + 1) == (2, 2)
    assert file.line_text(2) == "cd"
    assert file.line_text(3) == ""


@given(st.text(alphabet="a\n\r é😀", max_size=60), st.data())
def test_a_line_and_its_column_lead_back_to_the_offset(text: str, data: st.DataObject) -> None:
    file = SourceFile("a", text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = file.line_column(offset)
    assert file.line_starts[line - 1] + column - 1 == offset


def test_a_byte_order_mark_is_no_character_of_the_text_and_is_written_back(tmp_path: Path) -> None:
    path = tmp_path / "a.kql"
    path.write_bytes(b"\xef\xbb\xbfT\r\n")
    file = SourceFile.read(path)
    assert file.text == "T\r\n"
    file.write("U\r\n")
    assert path.read_bytes() == b"\xef\xbb\xbfU\r\n"
