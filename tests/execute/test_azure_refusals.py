"""Live queries: the real client against a server on loopback. What is refused, and what breaks."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from kqlpack.errors import LiveError
from kqlpack.execute.azure import client, run
from tests.execute.asking import ONE_ROW, QUERY, TOKEN, ask, failure
from tests.execute.loopback import WORKSPACE, Answer, Loopback, answer, refusal, table

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
