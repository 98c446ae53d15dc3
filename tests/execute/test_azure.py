"""Live queries: the real client against a server on loopback."""

from __future__ import annotations

import json
import math
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import ScalarType
from kqlpack.errors import LiveError
from kqlpack.execute.azure import client, run
from kqlpack.values import Datetime, Timespan
from tests.execute.loopback import WORKSPACE, Answer, Loopback, answer, refusal, table

if TYPE_CHECKING:
    from kqlpack.execute.result import Result

TOKEN = "token-that-nobody-may-see"
QUERY = "SigninLogs | take 10"
ONE_ROW = answer(table({"n": "long"}, [1]))


def ask(server: Loopback, **changed: Any) -> Result:
    given: dict[str, Any] = {"workspace": WORKSPACE, "timespan": "P1D", "endpoint": server.url, "token": TOKEN}
    return run(QUERY, **(given | changed))


def failure(*answers: Answer, **changed: Any) -> LiveError:
    with Loopback(*answers) as server, pytest.raises(LiveError) as caught:
        ask(server, **changed)
    assert TOKEN not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


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


# ---- refusals --------------------------------------------------------------------------------------------------------


def bad_query(code: str, inner: dict[str, Any]) -> Answer:
    return refusal(
        400,
        {
            "message": "The request had some invalid properties",
            "code": "BadArgumentError",
            "correlationId": "0c9a2cf5",
            "innererror": {"code": code, "message": "A recognition error occurred in the query.", "innererror": inner},
        },
    )


def test_a_syntax_error_has_its_place_counted_from_one() -> None:
    message = "Query could not be parsed at 'joi' on line [2,244]"
    error = failure(bad_query("SyntaxError", {"code": "SYN0002", "message": message, "line": 2, "pos": 244}))
    assert (error.code, error.line, error.column) == ("SYN0002", 2, 245)
    assert str(error) == (
        "The service can't read the query: A recognition error occurred in the query. Query could not be parsed at "
        "'joi' on line [2,244] (SYN0002, line 2, column 245). Correct the query there."
    )


def test_an_unknown_table_is_explained_by_data_that_never_came() -> None:
    inner = {"code": "SEM0100", "message": "Failed to resolve table or column expression named 'AzureDiagnostics'"}
    error = failure(bad_query("SemanticError", inner))
    assert (error.code, error.line, error.column) == ("SEM0100", None, None)
    assert "named 'AzureDiagnostics' (SEM0100)" in str(error)
    assert "diagnostic setting" in str(error)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "BadArgumentError", "Check the query and the timespan"),
        (401, "AuthenticationFailed", "Sign in again (`az login`)"),
        (403, "InsufficientAccessError", "Ask for the role Log Analytics Reader"),
        (403, "InvalidAuthenticationTokenAudience", "its audience must be `https://api.loganalytics.io`"),
        (404, "PathNotFoundError", "Check the workspace ID"),
        (413, "TooLarge", "HTTP 413"),
        (429, "ThrottledError", "Run the query again in a minute"),
        (500, "InternalServerError", "It was not asked a second time"),
        (502, "BadGateway", "It was not asked a second time"),
        (503, "ServiceUnavailable", "It was not asked a second time"),
        (504, "GatewayTimeout", "Look at less time (`--timespan`)"),
    ],
)
def test_a_refusal_says_what_failed_the_services_detail_and_what_to_do(status: int, code: str, expected: str) -> None:
    with Loopback(refusal(status, {"code": code, "message": "The service's own words."})) as server:
        with pytest.raises(LiveError) as caught:
            ask(server)
        assert len(server.asked) == 1
    assert caught.value.code == code
    assert f"The service's own words ({code})" in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize("status", [500, 503, 504])
def test_a_failed_query_is_not_sent_again_even_when_the_service_names_a_time(status: int) -> None:
    with Loopback(refusal(status, {"code": "Busy", "message": "Later."}, Retry_After="0"), ONE_ROW) as server:
        with pytest.raises(LiveError):
            ask(server)
        assert len(server.asked) == 1


@pytest.mark.parametrize("header", ["Retry_After", "retry_after_ms", "x_ms_retry_after_ms"])
def test_a_throttled_query_is_sent_again_after_the_time_that_the_service_names(
    header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(client, "_sleep", waited.append)
    throttled = refusal(429, {"code": "ThrottledError", "message": "Slow down."}, **{header: "7"})
    with Loopback(throttled, throttled, ONE_ROW) as server:
        assert ask(server).rows == ((1,),)
        assert len(server.asked) == 3
    assert waited == [7.0 if header == "Retry_After" else 0.007] * 2


def test_a_time_to_come_back_may_be_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(client, "_sleep", waited.append)
    past = refusal(429, {"code": "ThrottledError"}, Retry_After="Tue, 03 Dec 2024 12:00:00 GMT")
    with Loopback(past, ONE_ROW) as server:
        assert ask(server).rows == ((1,),)
    assert waited == [0.0]


def test_throttling_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_sleep", lambda _: None)
    with Loopback(refusal(429, {"code": "ThrottledError", "message": "Slow down."}, Retry_After="2")) as server:
        with pytest.raises(LiveError, match="again in 2 seconds"):
            ask(server)
        assert len(server.asked) == 4


@pytest.mark.parametrize("after", ["3600", "soon", "nan", "inf"])
def test_nobody_waits_for_an_hour_or_for_nonsense(after: str) -> None:
    with Loopback(refusal(429, {"code": "ThrottledError"}, Retry_After=after)) as server:
        with pytest.raises(LiveError, match="Run the query again in"):
            ask(server)
        assert len(server.asked) == 1


def test_a_redirect_is_not_followed() -> None:
    with Loopback(ONE_ROW) as other:
        moved = Answer(307, headers={"Location": f"{other.url}/elsewhere"})
        error = failure(moved)
        assert other.asked == []
    assert f"to `{other.url}/elsewhere`" in str(error)
    assert error.code == "HTTP 307"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Answer(), "an empty body"),
        (Answer(headers={}), "an empty body"),
        (Answer(body=b"<html>sign in</html>", headers={"Content-Type": "text/html"}), "`text/html` instead of JSON"),
        (Answer(body=b'{"tables": []}', headers={"Content-Type": "text/plain"}), "`text/plain` instead of JSON"),
        (Answer(body=b'{"tables": [{'), 'not JSON, beginning `{"tables": [{`'),
        (Answer(body=b"\xff\xfe"), "not JSON"),
        (Answer(body=b"[" * 100_000), "not JSON"),
        (Answer(body=b"[]"), "JSON that is not an object"),
        (Answer(body=b"{}"), "without a table"),
        (Answer(body=b'{"tables": {}}'), "without a table"),
        (Answer(body=b'{"tables": [1]}'), "without a table"),
        (Answer(body=b'{"tables": [{}]}'), "without columns"),
        (Answer(body=b'{"tables": [{"columns": [1], "rows": []}]}'), "a column that has no name"),
        (Answer(body=b'{"tables": [{"columns": []}]}'), "without rows"),
        (answer(table({"n": "long"}, [1], [1, 2])), "row 2 that does not fit the 1 columns"),
    ],
)
def test_an_answer_that_no_query_api_gives_is_described(given: Answer, words: str) -> None:
    error = failure(given)
    assert error.code == "UnexpectedAnswer"
    assert words in str(error)
    assert "Check `--endpoint`" in str(error)


@pytest.mark.parametrize("status", [202, 401, 403, 404, 500])
@pytest.mark.parametrize("body", [b"", b"<h1>Proxy</h1>", b'"text"', b'{"error": "text"}', b'{"error": {}}', b"\xff"])
def test_a_refusal_without_an_error_object_is_a_refusal_too(status: int, body: bytes) -> None:
    error = failure(Answer(status, body, {"Content-Type": "text/html"}))
    assert error.code == f"HTTP {status}"


def test_a_challenge_for_more_claims_ends_in_words() -> None:
    challenge = 'Bearer error="insufficient_claims", claims="not base64!"'
    error = failure(refusal(401, {"code": "AuthenticationFailed", "message": "More."}, WWW_Authenticate=challenge))
    assert error.code


def test_the_token_stays_secret_even_when_the_service_repeats_it() -> None:
    error = failure(refusal(401, {"code": "AuthenticationFailed", "message": f"Bearer {TOKEN} is not valid"}))
    assert "***" in str(error)
    for repeated in (
        refusal(400, {"code": TOKEN, "message": f"{TOKEN} is not valid"}),
        Answer(502, f"<p>{TOKEN}</p>".encode(), {"Content-Type": "text/html"}),
        Answer(302, b"", {"Location": f"https://example.org/?t={TOKEN}"}),
        Answer(body=f"<p>{TOKEN}</p>".encode(), headers={"Content-Type": "text/html"}),
        answer(table({"g": "guid"}, [f"{'x' * 990}{TOKEN}"])),
    ):
        error = failure(repeated)
        assert TOKEN[:8] not in str(error) + error.code
    jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"
    error = failure(refusal(401, {"code": "AuthenticationFailed", "message": f"{jwt} is not valid"}))
    assert jwt not in str(error)


def test_the_services_words_cant_write_to_the_terminal() -> None:
    error = failure(refusal(500, {"code": "Busy", "message": "a\x1b[31mb\u202ec\nd" + "x" * 5000}))
    assert "a\\u001b[31mb\\u202ec d" in str(error)
    assert len(str(error)) < 1500


# ---- no reply --------------------------------------------------------------------------------------------------------


def test_nobody_at_the_address() -> None:
    with Loopback(ONE_ROW) as server:
        url = server.url
    with pytest.raises(LiveError, match="could not be reached") as caught:
        run(QUERY, workspace=WORKSPACE, timespan="P1D", endpoint=url, token=TOKEN)
    assert caught.value.code == "ConnectionFailed"
    assert TOKEN not in str(caught.value)
    assert "HTTPConnection" not in str(caught.value)


def test_a_tests_short_token_does_not_black_out_the_message() -> None:
    with pytest.raises(LiveError, match="could not be reached: Failed to establish a new connection"):
        run(QUERY, workspace=WORKSPACE, timespan="P1D", endpoint="http://127.0.0.1:9", token="t")


def test_an_https_address_that_speaks_no_tls_is_told() -> None:
    with Loopback(ONE_ROW) as server:
        with pytest.raises(LiveError, match="could not be reached") as caught:
            ask(server, endpoint=server.url.replace("http:", "https:"))
        assert server.asked == []
    assert caught.value.code == "ConnectionFailed"
    assert "object at 0x" not in str(caught.value)


def test_a_connection_that_breaks_before_the_answer() -> None:
    with Loopback(Answer(hang_up=True)) as server:
        with pytest.raises(LiveError, match="broke before the answer was complete") as caught:
            ask(server)
        assert len(server.asked) == 1
    assert caught.value.code == "ConnectionFailed"


def test_a_connection_that_breaks_within_the_answer() -> None:
    error = failure(Answer(body=b'{"tables": [', missing=100))
    assert error.code == "ConnectionFailed"
    assert "before the answer was complete" in str(error)


def test_a_service_that_does_not_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_QUEUE_SECONDS", -9.9)
    monkeypatch.setattr(client, "_GRACE_SECONDS", 9.0)
    with Loopback(Answer(delay=0.5, hang_up=True)) as server:
        with pytest.raises(LiveError, match="did not answer in time") as caught:
            ask(server, server_timeout=1)
        assert len(server.asked) == 1
    assert caught.value.code == "ConnectionTimedOut"


def test_the_client_waits_longer_than_the_service_works() -> None:
    seen: dict[str, Any] = {}

    class Client:
        def query_workspace(self, *_: Any, **options: Any) -> None:
            seen.update(options)
            raise ConnectionError

    from kqlpack.execute.azure.endpoint import parse_endpoint
    from kqlpack.execute.azure.faults import Asked

    with pytest.raises(ConnectionError):
        client._send(Client(), QUERY, None, Asked(WORKSPACE, parse_endpoint(None), 600, TOKEN))  # type: ignore[arg-type]
    assert seen["read_timeout"] > 600
    assert seen["connection_timeout"] < 60


def test_a_sign_in_that_fails_says_how_to_sign_in() -> None:
    class Credential:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            raise ClientAuthenticationError("AzureCliCredential: Please run 'az login'.\nand forty lines more")

    error = failure(ONE_ROW, token=None, credential=Credential())
    assert error.code == "SignInFailed"
    assert "forty" not in str(error)
    assert "KQLPACK_ACCESS_TOKEN" in str(error)


def test_a_credential_that_breaks_is_no_traceback() -> None:
    class Credential:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            raise KeyError("surprise")

    error = failure(ONE_ROW, token=None, credential=Credential())
    assert error.code == "RequestFailed"
    assert "KeyError" in str(error)


def test_without_azure_identity_the_remedy_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    error = failure(ONE_ROW, token=None)
    assert error.code == "IdentityMissing"
    assert "pip install 'kqlpack[identity]'" in str(error)


def test_azure_identity_signs_in_where_there_is_neither_token_nor_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    import azure.identity

    class Default:
        def get_token(self, *_: str, **__: Any) -> AccessToken:
            return AccessToken("signed-in", int(time.time()) + 3600)

    monkeypatch.setattr(azure.identity, "DefaultAzureCredential", Default)
    with Loopback(ONE_ROW) as server:
        ask(server, token=None)
    assert server.asked[0].headers["Authorization"] == "Bearer signed-in"


# ---- what is never sent ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"workspace": "my-workspace"}, "InvalidWorkspace"),
        ({"workspace": ""}, "InvalidWorkspace"),
        ({"workspace": "/subscriptions/x/resourceGroups/y"}, "InvalidWorkspace"),
        ({"workspace": WORKSPACE + "/../x"}, "InvalidWorkspace"),
        ({"workspace": WORKSPACE + "\n"}, "InvalidWorkspace"),
        ({"timespan": "1d"}, "InvalidTimespan"),
        ({"server_timeout": 0}, "InvalidTimeout"),
        ({"server_timeout": 601}, "InvalidTimeout"),
        ({"token": ""}, "InvalidToken"),
        ({"token": "secret\r\nX-Injected: yes"}, "InvalidToken"),
        ({"token": "Bearer secret"}, "InvalidToken"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_sent(changed: dict[str, Any], code: str) -> None:
    with Loopback(ONE_ROW) as server:
        with pytest.raises(LiveError) as caught:
            ask(server, **changed)
        assert server.asked == []
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_an_empty_query_is_told_before_anything_is_sent() -> None:
    with Loopback(ONE_ROW) as server:
        with pytest.raises(LiveError, match="The query is empty"):
            run(" \n", workspace=WORKSPACE, timespan="P1D", endpoint=server.url, token=TOKEN)
        assert server.asked == []
