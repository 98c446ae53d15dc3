"""Every query of columns.md yields the columns that stand below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.semantics.queries import columns

_CASE = re.compile(
    r"^## (?P<title>.+)\n\n```kql\n(?P<query>.+?)\n```\n\n {4}(?P<columns>.+)$", re.MULTILINE | re.DOTALL
)
_TEXT = Path(__file__).with_name("columns.md").read_text(encoding="utf-8")
_SECTIONS = ["## " + section for section in _TEXT.split("\n## ")[1:]]


def _case(section: str) -> tuple[str, str]:
    match = _CASE.fullmatch(section.strip())
    assert match is not None, section
    return match["query"], match["columns"]


@pytest.mark.parametrize(
    "section", _SECTIONS, ids=[section.split("\n", 1)[0].removeprefix("## ") for section in _SECTIONS]
)
def test_the_columns_are_those_expected(section: str) -> None:
    query, expected = _case(section)
    assert columns(query) == expected
