"""Data that can't be read, or hold what nobody meant: the file and the line are named."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Run = Callable[..., Ran]


def run_on(kqlpack: Run, folder: Path, name: str, text: str, query: str = "") -> Ran:
    path = folder / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    (folder / "q.kql").write_text(query or f"{name.partition('.')[0]} | count", encoding="utf-8")
    return kqlpack("run", "q.kql", "--data", "data", "--format", "json")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("T.jsonl", '{"a": 1}\n\n{"a": 2\n{"a": 3}\n', "T.jsonl:3:8: that is not JSON"),
        ("T.ndjson", '{"a": 1}\n[2]\n', "T.ndjson:2: a line is one object"),
        ("T.json", '[{"a": 1},\n {"a": }]', "T.json:2:8: that is not JSON"),
        ("T.json", "[1]", "T.json: a table is a list of objects"),
        ("T.csv", "a,b,\n1,2,\n", "T.csv:1: a column of the header has no name"),
        ("T.csv", "a,b\n1,2\n\n1,2,3\n", "T.csv:4: the row has more fields than the header"),
    ],
)
def test_a_broken_file_is_told_by_its_line(kqlpack: Run, tmp_path: Path, name: str, text: str, words: str) -> None:
    ran = run_on(kqlpack, tmp_path, name, text)
    assert ran.code == 2
    assert words in ran.err.replace("\\", "/")


RISKY = "AADRiskyUsers | count"


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("AADRiskyUsers.csv", 'Id,IsDeleted\n"x\ny",true\n"y\nz",maybe\n', "AADRiskyUsers.csv:4: "),
        ("AADRiskyUsers.jsonl", '{"IsDeleted": true}\n\n{"IsDeleted": "maybe"}\n', "AADRiskyUsers.jsonl:3: "),
        ("AADRiskyUsers.json", '[{"IsDeleted": true}, {"IsDeleted": "maybe"}]', "AADRiskyUsers.json, row 2: "),
    ],
)
def test_a_wrong_value_is_told_by_its_file(kqlpack: Run, tmp_path: Path, name: str, text: str, place: str) -> None:
    ran = run_on(kqlpack, tmp_path, name, text)
    assert ran.code == 2
    assert f"{place}'maybe' in `IsDeleted` is no bool" in ran.err


def test_a_wrong_value_in_one_of_a_folders_files_is_told_by_its_file(kqlpack: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "AADRiskyUsers"
    folder.mkdir(parents=True)
    (folder / "1.csv").write_text("IsDeleted\ntrue\n", encoding="utf-8")
    (folder / "2.csv").write_text("IsDeleted\nmaybe\n", encoding="utf-8")
    (tmp_path / "q.kql").write_text("AADRiskyUsers | count", encoding="utf-8")
    assert "2.csv:2: 'maybe'" in kqlpack("run", "q.kql", "--data", "data").err


def test_a_long_field_of_csv_is_read(kqlpack: Run, tmp_path: Path) -> None:
    before = csv.field_size_limit()
    ran = run_on(kqlpack, tmp_path, "T.csv", f'a\n"{"x" * 200_000}"\n', "T | project n = strlen(a)")
    assert json.loads(ran.out) == [{"n": 200_000}]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("T.json", "[" * 100_000),
        ("T.jsonl", '{"a": 1}\n{"a": ' + "[" * 100_000),
        ("SigninLogs.csv", 'LocationDetails\n"' + "[" * 100_000 + "]" * 100_000 + '"\n'),
    ],
)
def test_what_nests_too_deeply_is_told_in_words(kqlpack: Run, tmp_path: Path, name: str, text: str) -> None:
    ran = run_on(kqlpack, tmp_path, name, text)
    assert ran.code == 2
    assert "nests too deeply" in ran.err
    assert "recursion" not in ran.err
    assert len(ran.err) < 300


# ---- no rows ---------------------------------------------------------------------------------------------------------

READS = 'Mine_CL | where User == "a" | project Count'


def test_a_header_without_rows_is_a_table_with_its_columns(kqlpack: Run, tmp_path: Path) -> None:
    ran = run_on(kqlpack, tmp_path, "Mine_CL.csv", "User,Count\n", READS)
    assert ran.code == 0
    assert json.loads(ran.out) == []


@pytest.mark.parametrize(("name", "text"), [("Mine_CL.csv", ""), ("Mine_CL.json", "[]"), ("Mine_CL.jsonl", "\n")])
def test_a_table_of_ones_own_without_rows_or_header_says_what_is_missing(
    kqlpack: Run, tmp_path: Path, name: str, text: str
) -> None:
    ran = run_on(kqlpack, tmp_path, name, text, READS)
    assert ran.code == 2
    assert "nothing is known of the columns of `Mine_CL`" in ran.err
    assert json.loads(run_on(kqlpack, tmp_path, name, text, "Mine_CL | count").out) == [{"Count": 0}]
