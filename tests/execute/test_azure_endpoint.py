"""Where a request goes, and whom the token is for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqlpack.errors import LiveError
from kqlpack.execute.azure.endpoint import parse_endpoint


@pytest.mark.parametrize(
    ("text", "url", "audience"),
    [
        (None, "https://api.loganalytics.azure.com", "https://api.loganalytics.io"),
        ("https://api.loganalytics.io/v1", "https://api.loganalytics.io", "https://api.loganalytics.io"),
        ("api.loganalytics.io", "https://api.loganalytics.io", "https://api.loganalytics.io"),
        ("https://api.loganalytics.us", "https://api.loganalytics.us", "https://api.loganalytics.us"),
        ("HTTPS://Proxy.Example:8443/kql/", "https://proxy.example:8443/kql", "https://api.loganalytics.io"),
    ],
)
def test_an_address_is_made_whole_and_the_token_is_for_its_cloud(text: str | None, url: str, audience: str) -> None:
    endpoint = parse_endpoint(text)
    assert (endpoint.url, endpoint.audience, endpoint.is_plain) == (url, audience, False)


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:8080", "http://127.8.9.1", "http://localhost:1/v1", "http://[::1]:8080", "HTTP://LOCALHOST"],
)
def test_plain_http_is_allowed_to_this_machine(text: str) -> None:
    assert parse_endpoint(text).is_plain


@pytest.mark.parametrize(
    "text",
    [
        "http://api.loganalytics.io",
        "http://10.0.0.1",
        "http://0.0.0.0:8080",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "http://[::ffff:10.0.0.1]",
        "http://[2001:db8::1]",
    ],
)
def test_plain_http_to_anywhere_else_is_refused_because_of_the_token(text: str) -> None:
    with pytest.raises(LiveError, match="would send the access token unencrypted") as caught:
        parse_endpoint(text)
    assert caught.value.code == "InvalidEndpoint"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "ftp://127.0.0.1",
        "http://user@127.0.0.1",
        "http://127.0.0.1@example.org",
        "http://example.org\\@127.0.0.1",
        "http://127.0.0.1#@example.org",
        "http://127.0.0.1?x=y",
        "http://127.0.0.1 .example.org",
        "http://127.0.0.1\n.example.org",
        "https://host:99999",
        "https://höst",
        "https://host/%2e%2e/x",
    ],
)
def test_an_address_that_libraries_may_read_differently_is_refused(text: str) -> None:
    with pytest.raises(LiveError) as caught:
        parse_endpoint(text)
    assert caught.value.code == "InvalidEndpoint"


@given(st.text(max_size=30), st.sampled_from(["http://", "https://", "http://127.0.0.1", ""]))
def test_no_text_is_plain_http_to_another_machine(text: str, before: str) -> None:
    try:
        endpoint = parse_endpoint(before + text)
    except LiveError:
        return
    host = endpoint.url.partition("://")[2].partition("/")[0].rpartition(":")[0] or endpoint.host
    assert not endpoint.is_plain or host.startswith(("127.", "localhost", "[::1]"))
