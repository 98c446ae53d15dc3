"""Every query of columns.md yields the columns that stand below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kqlpack.catalog import Column, scalar_type
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tests.semantics.queries import catalog, columns

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


def test_a_watchlist_that_the_pack_declares_has_its_columns() -> None:
    known = catalog().with_watchlists({"Vip": [Column("Department", scalar_type("string"))]})

    found = bind(parse(SourceFile("q.kql", "_GetWatchlist('Vip')")), known).columns

    assert found is not None
    assert [column.name for column in found][-1] == "Department"
    assert "SearchKey" in [column.name for column in found]


def test_a_watchlist_that_nobody_declares_is_open() -> None:
    known = catalog().with_watchlists({"Vip": [Column("Department", scalar_type("string"))]})

    assert bind(parse(SourceFile("q.kql", "_GetWatchlist('Other') | where Anything == 1")), known).diagnostics == ()
    assert bind(parse(SourceFile("q.kql", "_GetWatchlist('Other')")), known).columns is None


@pytest.mark.parametrize("name", ["_Im_Dns", "imDns", "vimDnsInfobloxNIOS", "_ASim_Dns", "ASimDns"])
def test_a_parser_of_asim_has_the_columns_of_its_schema_and_may_have_more(name: str) -> None:
    assert columns(f"{name}() | project DnsQuery, EventCount, Own") == "DnsQuery: string, EventCount: int, Own: unknown"
    assert columns(f"{name}()") == "?"
