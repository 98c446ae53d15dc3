"""The data's format, whether it is fresh, and how much of it is read when."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.catalog import Column, Function, FunctionKind, Parameter, ScalarType, Signature, Table
from kqlpack.catalog.catalog import DATA, _text_lines
from kqlpack.catalog.functions import FunctionRow, function_from_text, function_to_text
from kqlpack.catalog.rows import Rows, pack
from kqlpack.catalog.tables import table_from_text, table_to_text
from tools import build_catalog

if TYPE_CHECKING:
    from pathlib import Path

words = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
keys = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1).filter(lambda text: text.split() == [text])
one_line = st.text(st.characters(codec="utf-8", exclude_characters="\n"))
tables = st.builds(
    Table,
    name=words,
    columns=st.lists(st.builds(Column, words, st.sampled_from(ScalarType))).map(tuple),
    is_open=st.booleans(),
)
parameters = st.builds(
    Parameter,
    name=words,
    accepts=st.lists(words, max_size=3).map("|".join),
    argument=st.just("") | words,
    is_optional=st.booleans(),
    is_repeatable=st.booleans(),
)
signatures = st.builds(
    Signature,
    parameters=st.lists(parameters, max_size=4).map(tuple),
    returns=words,
    min_arguments=st.integers(0, 9),
    max_arguments=st.none() | st.integers(0, 99),
)


@st.composite
def function_rows(draw: st.DrawFn) -> FunctionRow:
    name = draw(words)
    replacement = draw(st.none() | words)
    function = Function(
        name=name,
        kind=draw(st.sampled_from(FunctionKind)),
        signatures=draw(st.lists(signatures, max_size=3).map(tuple)),
        replacement=replacement,
        same_meaning=replacement is not None and draw(st.booleans()),
        result_name=draw(st.just("") | words),
        result_name_kind=draw(st.just("") | words),
        page=draw(st.just("") | words.map("https://example.org/{}".format)),
    )
    columns = draw(st.lists(st.builds(Column, words, st.sampled_from(ScalarType)), min_size=1, max_size=3).map(tuple))
    result = Table(name, columns, is_open=draw(st.booleans())) if draw(st.booleans()) else None
    return FunctionRow(function, is_hidden=draw(st.booleans()), result=result)


@given(st.dictionaries(keys, one_line, max_size=100))
def test_packed_lines_come_back_by_key(lines: dict[str, str]) -> None:
    rows = Rows(pack(lines, "made from nothing"))

    assert list(rows) == sorted(lines)
    assert len(rows) == len(lines)
    assert {key: rows.get(key) for key in rows} == lines
    assert rows.made_from == "made from nothing"


@given(st.dictionaries(keys, one_line, max_size=40), keys)
def test_a_key_that_was_not_packed_gives_nothing(lines: dict[str, str], key: str) -> None:
    assert Rows(pack(lines)).get(key) == lines.get(key)


def test_the_same_lines_give_the_same_bytes_in_any_order() -> None:
    lines = {f"key{number}": f"line {number}" for number in range(100)}

    assert pack(lines) == pack(dict(reversed(lines.items())))


@pytest.mark.parametrize("key", ["", "a b", "a\n", "\t"])
def test_a_key_with_white_space_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        pack({key: ""})


def test_a_line_with_a_break_is_refused() -> None:
    with pytest.raises(ValueError, match="not a line"):
        pack({"key": "two\nlines"})
    with pytest.raises(ValueError, match="more than one line"):
        pack({}, "two\nlines")


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a file of the format"):
        Rows(b"PK\x03\x04")


@given(tables)
def test_a_table_comes_back_from_its_line(table: Table) -> None:
    assert table_from_text(table_to_text(table)) == table


@pytest.mark.parametrize("name", ["", "a b", "a,b", "a:b", "a\tb"])
def test_a_name_that_the_format_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="can't be written"):
        table_to_text(Table(name, ()))
    with pytest.raises(ValueError, match="can't be written"):
        table_to_text(Table("T", (Column(name, ScalarType.STRING),)))


@given(function_rows())
def test_a_function_comes_back_from_its_line(row: FunctionRow) -> None:
    assert function_from_text(function_to_text(row)) == row


def test_a_function_line_that_is_not_one_is_refused() -> None:
    with pytest.raises(ValueError, match="not a signature"):
        function_from_text("f\tscalar\tx:string\t\t\t\t\t")
    with pytest.raises(ValueError, match="not a parameter"):
        function_from_text("f\tscalar\tx y -> long [1..1]\t\t\t\t\t")


def test_the_lines_written_by_hand_are_in_the_form_of_the_generated_ones() -> None:
    for line in _text_lines("azure_monitor.tsv"):
        assert function_to_text(function_from_text(line)) == line
    for line in _text_lines("more_tables.tsv"):
        assert table_to_text(table_from_text(line)) == line


def test_a_table_written_by_hand_is_written_once_and_not_generated_too() -> None:
    names = [line.partition("\t")[0] for line in _text_lines("more_tables.tsv")]

    assert names == sorted(set(names))
    assert not set(names) & set(Rows((DATA / "tables.bin").read_bytes()))


def test_the_generated_data_is_fresh() -> None:
    # Compares the script that made it, everywhere; and what it was made from, where that is at hand.
    assert build_catalog.complaints() == []


def test_data_of_another_script_is_noticed(tmp_path: Path) -> None:
    for name in build_catalog.GENERATED:
        content = (DATA / name).read_bytes()
        (tmp_path / name).write_bytes(content.replace(build_catalog.generator_hash().encode(), b"0" * 64))
    (tmp_path / "facts.bin").unlink()

    found = build_catalog.complaints(source=tmp_path / "nowhere", data=tmp_path)

    assert [complaint.split()[0] for complaint in found] == list(build_catalog.GENERATED)


def test_data_of_other_input_is_noticed(tmp_path: Path) -> None:
    for name in build_catalog.INPUTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")

    found = build_catalog.complaints(source=tmp_path)

    assert [complaint.split()[0] for complaint in found] == list(build_catalog.GENERATED)
    assert all("inputs=" in complaint for complaint in found)


def test_the_data_is_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 1_500_000


def test_importing_the_catalogue_reads_none_of_it() -> None:
    code = (
        "import sys, kqlpack.catalog as catalog\n"
        "from kqlpack.catalog import catalog as door\n"
        "catalog.load()\n"
        "assert door._tables.cache_info().currsize == 0\n"
        "assert door._function_lines.cache_info().currsize == 0\n"
        "assert not {'json', 'difflib', 'yaml', 'lark', 'jinja2'} & set(sys.modules), sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_one_query_needs_is_read_quickly() -> None:
    code = (
        "import time, kqlpack.catalog as catalog\n"
        "start = time.process_time()\n"
        "loaded = catalog.load()\n"
        "for table in ('SigninLogs', 'AuditLogs', 'DeviceProcessEvents'):\n"
        "    assert loaded.table(table)\n"
        "for function in ('ago', 'iff', 'tostring', 'parse_json'):\n"
        "    assert loaded.function(function)\n"
        "print(time.process_time() - start)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert float(run.stdout) < 0.1  # it takes 0.004; the rest is for a slow machine


def test_a_table_asked_for_again_costs_nothing() -> None:
    from kqlpack.catalog import load

    load().table("SigninLogs")
    start = time.process_time()
    for _ in range(1_000):
        load().table("SigninLogs")

    assert time.process_time() - start < 0.1


def test_notice_names_every_documentation_that_a_row_cites() -> None:
    rows = "\n".join(path.read_text("utf-8") for path in DATA.glob("*.tsv"))
    cited = {match.lower() for match in re.findall(r"learn\.microsoft\.com/([a-z-]+)/", rows)}
    # The pages of these two are written without the host.
    for name in ("dialects.tsv", "log_sources.tsv"):
        lines = [line for line in (DATA / name).read_text("utf-8").splitlines() if not line.startswith("#")]
        cited |= {line.rpartition("\t")[2].partition("/")[0] for line in lines}
    cited.discard("")
    cited.discard("")

    notice = (DATA.parents[2] / "NOTICE").read_text("utf-8")
    named = {"kusto": "Kusto Query Language reference"}
    assert len(cited) > 4
    assert [name for name in sorted(cited) if named.get(name, f"/{name}/") not in notice] == []
