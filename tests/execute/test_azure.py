"""Live queries: the real client against a server on loopback. What is sent, and what comes back."""

from __future__ import annotations

import json
import math
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from azure.core.credentials import AccessToken

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import ScalarType
from kqlpack.execute.azure import run
from kqlpack.values import Datetime, Timespan
from tests.execute.asking import ONE_ROW, QUERY, TOKEN, ask, failure
from tests.execute.loopback import WORKSPACE, Answer, Loopback, answer, table

# ---- what is sent ----------------------------------------------------------------------------------------------------


def test_the_request_carries_query_timespan_token_and_preferences() -> None:
    with Loopback(ONE_ROW) as server:
        ask(server, timespan="P1D", server_timeout=42)
    (asked,) = server.asked
    assert asked.path == f"/v1/workspaces/{WORKSPACE}/query"
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["Prefer"] == "wait=42,include-statistics=true,include-render=true"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.body["query"] == QUERY
    assert asked.body["timespan"] == "PT86400.0S"


@pytest.mark.parametrize(
    ("timespan", "sent"),
    [
        ("PT30M", "PT1800.0S"),
        ("2024-12-03T00:00:00Z/2024-12-04T00:00:00Z", "2024-12-03T00:00:00.000Z/2024-12-04T00:00:00.000Z"),
        ("2024-12-03T02:00:00+02:00/PT2H", "2024-12-03T00:00:00.000Z/PT7200.0S"),
        ("PT2H/2024-12-03T02:00:00Z", "2024-12-03T00:00:00.000Z/2024-12-03T02:00:00.000Z"),
        (None, None),
    ],
)
def test_every_form_of_timespan_reaches_the_service(timespan: str | None, sent: str | None) -> None:
    with Loopback(ONE_ROW) as server:
        ask(server, timespan=timespan)
    assert server.asked[0].body["timespan"] == sent


def test_the_query_arrives_as_it_was_written() -> None:
    text = 'print s = "häßlich \U0001f600 \\" [2]", t = \'{}\'\n// ende\r\n'
    with Loopback(ONE_ROW) as server:
        run(text, workspace=WORKSPACE, timespan="P1D", endpoint=server.url, token=TOKEN)
    assert server.asked[0].body["query"] == text


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_the_address_may_end_in_the_version(suffix: str) -> None:
    with Loopback(ONE_ROW) as server:
        ask(server, endpoint=server.url + suffix)
    assert server.asked[0].path == f"/v1/workspaces/{WORKSPACE}/query"


def test_a_path_in_the_address_is_kept() -> None:
    with Loopback(ONE_ROW) as server:
        ask(server, endpoint=server.url + "/behind/proxy/v1")
    assert server.asked[0].path == f"/behind/proxy/v1/workspaces/{WORKSPACE}/query"


def test_a_credential_is_asked_for_a_token_of_the_query_api() -> None:
    scopes: list[str] = []

    class Credential:
        def get_token(self, *wanted: str, **_: Any) -> AccessToken:
            scopes.extend(wanted)
            return AccessToken("from-credential", int(time.time()) + 3600)

    with Loopback(ONE_ROW) as server:
        ask(server, token=None, credential=Credential())
    assert scopes == ["https://api.loganalytics.io/.default"]
    assert server.asked[0].headers["Authorization"] == "Bearer from-credential"


def test_a_proxy_from_the_environment_does_not_get_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Loopback(ONE_ROW) as server:
        assert ask(server).rows == ((1,),)


# ---- what comes back -------------------------------------------------------------------------------------------------

EVERY_TYPE = {
    "b": "bool",
    "i": "int",
    "l": "long",
    "r": "real",
    "d": "decimal",
    "s": "string",
    "t": "datetime",
    "span": "timespan",
    "g": "guid",
    "x": "dynamic",
}


def test_every_type_comes_back_exact() -> None:
    row = [
        True,
        -2147483648,
        9223372036854775807,
        0.1,
        "12345678901234567890.123456789012345",
        "a\u0000b\nß\U0001f600",
        "2024-12-03T12:34:56.1234567Z",
        "-1.02:03:04.0000001",
        "74be27de-1e4e-49d9-b579-fe0b331d3642",
        '{"a": [1, 2.5, null, "é"], "big": 12345678901234567890}',
    ]
    with Loopback(answer(table(EVERY_TYPE, row))) as server:
        result = ask(server)
    assert result.columns == tuple(Column(name, ScalarType(kind)) for name, kind in EVERY_TYPE.items())
    moment = Datetime.from_datetime(datetime(2024, 12, 3, 12, 34, 56, 123456, tzinfo=UTC))
    assert result.rows == (
        (
            True,
            -2147483648,
            9223372036854775807,
            0.1,
            Decimal("12345678901234567890.123456789012345"),
            "a\u0000b\nß\U0001f600",
            Datetime(moment.ticks + 7),
            Timespan(-(26 * 36_000_000_000 + 3 * 600_000_000 + 4 * 10_000_000 + 1)),
            UUID("74be27de-1e4e-49d9-b579-fe0b331d3642"),
            {"a": [1, 2.5, None, "é"], "big": 12345678901234567890},
        ),
    )
    assert [str(result.rows[0][6]), str(result.rows[0][7])] == ["2024-12-03T12:34:56.1234567Z", "-1.02:03:04.0000001"]
    assert (result.partial, result.note) == ("", "")


def test_null_is_none_in_every_type() -> None:
    with Loopback(answer(table(EVERY_TYPE, [None] * 10))) as server:
        assert ask(server).rows == ((None,) * 10,)


def test_a_decimal_that_is_written_as_a_number_keeps_its_digits_and_a_real_beside_it_stays_a_float() -> None:
    body = b"""{"tables": [{"name": "PrimaryResult", "columns": [{"name": "d", "type": "decimal"},
        {"name": "r", "type": "real"}, {"name": "x", "type": "dynamic"}],
        "rows": [[0.12345678901234567890123, 0.1, {"y": 0.5}]]}]}"""
    with Loopback(Answer(body=body)) as server:
        (row,) = ask(server).rows
    assert row == (Decimal("0.12345678901234567890123"), 0.1, {"y": 0.5})
    assert [type(cell) for cell in row] == [Decimal, float, dict]
    assert type(row[2]["y"]) is float


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("real", 3, 3.0),
        ("real", "Infinity", math.inf),
        ("real", "-Infinity", -math.inf),
        ("long", "9007199254740993", 9007199254740993),
        ("bool", 0, False),
        ("decimal", 7, Decimal(7)),
        ("datetime", "0001-01-01T00:00:00Z", Datetime(0)),
        ("datetime", "9999-12-31T23:59:59.9999999Z", Datetime(3155378975999999999)),
        ("datetime", "2024-12-03T12:00:00", Datetime.from_datetime(datetime(2024, 12, 3, 12, tzinfo=UTC))),
        ("datetime", "2024-12-03T14:00:00+02:00", Datetime.from_datetime(datetime(2024, 12, 3, 12, tzinfo=UTC))),
        ("datetime", "0001-01-01T00:00:00.5Z", Datetime(5_000_000)),
        ("timespan", "00:00:00", Timespan(0)),
        ("timespan", "00:00:00.25", Timespan(2_500_000)),
        ("timespan", "10675199.02:48:05.4775807", Timespan(9223372036854775807)),
        ("dynamic", "1.10", "1.10"),
        ("dynamic", "true", "true"),
        ("dynamic", "[not json", "[not json"),
        ("dynamic", "[NaN]", "[NaN]"),
        ("dynamic", "[" * 100_000, "[" * 100_000),
        ("dynamic", 5, 5),
        ("dynamic", "", ""),
        ("String", "any case of the type's name", "any case of the type's name"),
        ("geometry", [1, 2], [1, 2]),
    ],
)
def test_a_cell_is_read_by_its_columns_type(kind: str, cell: Any, value: Any) -> None:
    with Loopback(answer(table({"c": kind}, [cell]))) as server:
        ((found,),) = ask(server).rows
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number_that_is_none() -> None:
    with Loopback(answer(table({"r": "real"}, ["NaN"]))) as server:
        assert math.isnan(ask(server).rows[0][0])


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("datetime", "yesterday"),
        ("datetime", "2024-02-30T00:00:00Z"),
        ("datetime", 5),
        ("timespan", "PT1H"),
        ("guid", "None"),
        ("long", 1.5),
        ("long", True),
        ("real", "much"),
        ("decimal", "1,5"),
        ("bool", "maybe"),
        ("string", 5),
    ],
)
def test_a_cell_that_is_not_of_its_type_is_named(kind: str, cell: Any) -> None:
    error = failure(answer(table({"a": "string", "c": kind}, ["", None], ["", cell])))
    assert error.code == "UnexpectedAnswer"
    assert f"`{cell}` in row 2 of the {kind} column `c`" in str(error)


def test_statistics_and_render_are_handed_on() -> None:
    statistics = {"query": {"executionTime": 0.25, "resourceUsage": {"cpu": {"totalCpu": "00:00:00.1"}}}}
    given = answer(table({"n": "long"}, [1]), statistics=statistics, render={"visualization": "timechart"})
    with Loopback(given) as server:
        result = ask(server)
    assert result.statistics == statistics
    assert result.render == {"visualization": "timechart"}


def test_a_table_without_rows_keeps_its_columns() -> None:
    with Loopback(answer(table({"n": "long"}))) as server:
        result = ask(server)
    assert (result.columns, result.rows) == ((Column("n", ScalarType.LONG),), ())


def test_a_workspace_without_data_gives_an_empty_result_and_a_word() -> None:
    with Loopback(Answer(204, headers={})) as server:
        result = ask(server)
    assert (result.columns, result.rows, result.partial) == ((), (), "")
    assert "no data at all" in result.note


def test_a_partial_answer_gives_its_rows_and_the_services_words() -> None:
    error = {
        "code": "PartialError",
        "message": "There were some errors when processing your query.",
        "details": [
            {
                "code": "EngineError",
                "message": "Something went wrong processing your query on the server.",
                "innererror": {
                    "code": "-2133196797",
                    "message": "The results of this query exceed the set limit of 64000000 bytes.",
                    "severity": 2,
                },
            }
        ],
    }
    with Loopback(answer(table({"n": "long"}, [1], [2]), error=error)) as server:
        result = ask(server)
    assert result.rows == ((1,), (2,))
    assert "exceed the set limit of 64000000 bytes" in result.partial
    assert "EngineError" in result.partial


def test_a_second_table_is_not_dropped_in_silence() -> None:
    both = answer(table({"n": "long"}, [1], name="Other"), table({"n": "long"}, [2]))
    with Loopback(both) as server:
        result = ask(server)
    assert result.rows == ((2,),)
    assert "1 more table" in result.partial


def test_an_answer_that_is_an_error_without_a_table_is_an_error() -> None:
    body = json.dumps({"error": {"code": "EngineError", "message": "Out of memory."}}).encode()
    error = failure(Answer(body=body))
    assert error.code == "EngineError"
    assert "Out of memory" in str(error)


def test_many_rows_come_back_in_order() -> None:
    rows = [[n, "2024-12-03T12:34:56.1234567Z"] for n in range(20_000)]
    with Loopback(answer(table({"n": "long", "t": "datetime"}, *rows))) as server:
        result = ask(server)
    assert [row[0] for row in result.rows] == list(range(20_000))
