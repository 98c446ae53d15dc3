"""Where rows come from, and how their values come back."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import pytest

from kqlpack.errors import ExecutionError
from kqlpack.execute.duckdb import run
from kqlpack.semantics import bind
from kqlpack.source import SourceFile
from kqlpack.syntax import parse
from tests.execute.duckdb.kql import at, catalog, columns, result, rows, span

if TYPE_CHECKING:
    from pathlib import Path


def test_values_come_back_as_the_api_says() -> None:
    [found] = rows(
        "print b = true, i = int(1), l = 2, r = 1.5, d = decimal(1.50), s = 'x',"
        " t = datetime(2024-05-01T00:00:00.0000001), p = 1tick,"
        " g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), j = dynamic({'a': [1, 2.0, null]}), n = long(null)"
    )
    assert found == (
        True,
        1,
        2,
        1.5,
        Decimal("1.5"),
        "x",
        at("2024-05-01T00:00:00.0000001Z"),
        span("1tick"),
        uuid.UUID("74be27de-1e4e-49d9-b579-fe0b331d3642"),
        {"a": [1, 2.0, None]},
        None,
    )


def test_a_table_of_the_catalogue_has_its_columns_without_data() -> None:
    assert rows("SigninLogs | count") == [(0,)]
    assert rows("SigninLogs | where TimeGenerated > ago(1d) | project UserPrincipalName", {"SigninLogs": []}) == []
    assert "TimeGenerated:datetime" in columns("SigninLogs")


def test_rows_get_the_types_of_the_catalogue() -> None:
    data = [
        {"TimeGenerated": "2024-05-01T11:30:00Z", "ResultType": 50126, "Status": {"errorCode": 5}},
        {"TimeGenerated": datetime(2024, 5, 1, 11, 0, tzinfo=UTC), "ResultType": "0"},
    ]
    query = (
        "SigninLogs | where TimeGenerated > ago(1h) | project TimeGenerated, ResultType, e = toint(Status.errorCode)"
    )
    assert rows(query, {"SigninLogs": data}) == [(at("2024-05-01T11:30:00Z"), "50126", 5)]


def test_columns_that_nobody_declared_are_inferred() -> None:
    data = [
        {"a": 1, "b": 1.5, "c": "x", "d": True, "e": [1], "f": timedelta(hours=1)},
        {"a": None, "b": 2, "g": Decimal("1.25")},
    ]
    found = result("T", {"T": data})
    assert [f"{column.name}:{column.type}" for column in found.columns] == [
        "a:long",
        "b:real",
        "c:string",
        "d:bool",
        "e:dynamic",
        "f:timespan",
        "g:decimal",
    ]
    assert found.rows[1] == (None, 2.0, "", None, None, None, Decimal("1.25"))


FILES = {
    "t.csv": "a,b\n1,x\n2,\n",
    "t.jsonl": '{"a": "1", "b": "x"}\n{"a": "2"}\n',
    "t.ndjson": '{"a": "1", "b": "x"}\r\n{"a": "2"}\r\n',
    "t.json": '[{"a": "1", "b": "x"}, {"a": "2", "b": null}]',
    "api.json": json.dumps({"tables": [{"columns": [{"name": "a"}, {"name": "b"}], "rows": [["1", "x"], ["2", ""]]}]}),
}


@pytest.mark.parametrize("name", FILES)
def test_files_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    assert rows("T | project a, b", {"T": path}) == [("1", "x"), ("2", "")]
    assert rows("T | count", {"T": tmp_path}) == [(2,)]


def test_parquet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT 7 AS a, 'x' AS b, TIMESTAMP_NS '2024-05-01 00:00:00.0000001' AS t, [1, 2] AS l) TO '{path}'"
        )
    assert rows("T | project a, b, todatetime(t), l", {"T": str(path)}) == [
        (7, "x", at("2024-05-01T00:00:00.0000001Z"), [1, 2])
    ]


@pytest.mark.parametrize(
    ("table", "data", "words"),
    [
        ("SigninLogs", [{"TimeGenerated": "yesterday"}], "row 1 of `SigninLogs`: 'yesterday' in `TimeGenerated`"),
        ("SecurityEvent", [{}, {"EventID": "4624x"}], "row 2 of `SecurityEvent`: '4624x' in `EventID`"),
        ("T", "no/such/file.csv", "no/such/file.csv"),
        ("T", __file__, "must end in"),
        ("T", [1], "not a mapping"),
        ("T", [{1: 2}], "not a mapping"),
        ("T", "nul\0.csv", "can't be read"),
        ("SigninLogs", [{"IsRisky": "maybe"}], "row 1 of `SigninLogs`: 'maybe' in `IsRisky`"),
        ("T", 5, "neither rows nor a path"),
    ],
)
def test_data_that_nobody_meant_are_an_error(table: str, data: object, words: str) -> None:
    with pytest.raises(ExecutionError) as error:
        rows(table, {table: data})
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("t.csv", "a,b\n1,2\n1,2,3\n", r"t\.csv:3: the row has more fields than the header"),
        ("t.json", "[" * 100_000, "nests too deeply"),
        ("t.json", '{"tables": [{"rows": [[1]]}]}', "lacks columns"),
        ("t.jsonl", '{"a": 1}\n{"a": ', r"t\.jsonl:2:7: that is not JSON"),
    ],
)
def test_a_file_of_data_that_is_broken_is_an_error(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ExecutionError, match=words):
        rows("T", {"T": path})


def test_line_ends_that_only_unicode_knows_end_no_line_of_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": "x\u2028y"}\n{"a": "z\x85w"}\n', encoding="utf-8")
    assert rows("T | project a", {"T": path}) == [("x\u2028y",), ("z\x85w",)]


def test_externaldata_reads_what_is_given_under_its_address() -> None:
    address = "https://example.com/list.csv"
    tables = {address: [{"ip": "10.0.0.1", "n": "5"}]}
    assert rows(f"externaldata(ip: string, n: long) ['{address}'] with (format='csv')", tables) == [("10.0.0.1", 5)]


def test_watchlists_are_tables_of_their_name() -> None:
    assert rows("_GetWatchlist('Vips') | project SearchKey", {"Vips": [{"SearchKey": "ann"}]}) == [("ann",)]


def test_the_result_can_be_capped_and_says_so() -> None:
    found = result("range x from 1 to 5 step 1", row_limit=2)
    assert found.rows == ((1,), (2,))
    assert "2 rows" in found.partial
    assert result("range x from 1 to 2 step 1", row_limit=2).partial == ""


def test_the_sql_can_be_read_and_run() -> None:
    found = result('datatable(s: string) ["it\'s"] | extend t = strlen(s) | where t between (1 .. 9)')
    assert found.sql.count("SELECT") >= 3
    with duckdb.connect() as connection:
        statements = found.sql.rstrip(";").split(";\n")
        for statement in statements[:-1]:
            connection.execute(statement)
        assert connection.execute(statements[-1]).fetchall() == [("it's", 4)]


def test_no_query_reads_a_file_or_sees_another_query(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    for name in (f"['{secret}']", f"['{secret}'] | take 1", "['data0']", "['duckdb_settings()']", "sqlite_master"):
        with pytest.raises(ExecutionError):
            rows(name)
    assert rows("T", {"T": [{"a": 1}]}) == [(1,)]
    with pytest.raises(ExecutionError):
        rows("T")


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE data0; --", '"; SELECT 1', "\\", "'' OR 1=1", "$1", "{0}", "%s", "t1.x"]
)
def test_texts_and_names_are_quoted(text: str) -> None:
    found = result("T | extend y = strcat(x, '!')", {"T": [{"x": text, text: 1}]})
    assert [column.name for column in found.columns] == ["x", text, "y"]
    assert found.rows == ((text, 1, text + "!"),)


def test_without_now_the_clock_counts() -> None:
    bound = bind(parse(SourceFile("q", "print n = now()")), catalog())
    [(now,)] = run(bound).rows
    assert abs(now.to_datetime() - datetime.now(UTC)) < timedelta(minutes=1)
