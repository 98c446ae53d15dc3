"""One query to one workspace. In: KQL text and where to send it. Out: `Result`, or `LiveError` and nothing else."""

from __future__ import annotations

import email.utils
import logging
import math
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kqlpack.errors import LiveError
from kqlpack.execute.azure.answer import read_answer
from kqlpack.execute.azure.endpoint import Endpoint, parse_endpoint
from kqlpack.execute.azure.faults import Asked, connection_failure, refusal
from kqlpack.execute.azure.reply import Reply
from kqlpack.execute.azure.timespan import parse_timespan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.credentials import TokenCredential
    from azure.core.pipeline import PipelineRequest, PipelineResponse
    from azure.monitor.query import LogsQueryClient

    from kqlpack.execute.azure.timespan import RequestTimespan
    from kqlpack.execute.result import Result

# Source: the Azure Monitor documentation's pages "Timeouts" and "Azure Monitor service limits": a query may take ten
# minutes, and may wait in a queue for three before.
_LONGEST_SERVER_TIMEOUT: Final = 600
_QUEUE_SECONDS: Final = 180
_GRACE_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 20

# A request that the service throttled has not run: it may be sent again. Nothing else is sent twice.
_MOST_REPEATS: Final = 3
_LONGEST_WAIT: Final = 60.0

_SHORTEST_SECRET: Final = 6

_sleep: Final = time.sleep

_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_TOKEN: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


def run(
    text: str,
    *,
    workspace: str,
    timespan: str | None,
    endpoint: str | None = None,
    token: str | None = None,
    credential: TokenCredential | None = None,
    server_timeout: int = 180,
) -> Result:
    """Run a query in a workspace and return its exact values.

    `workspace` is the workspace's GUID. `timespan` is ISO 8601 (`P1D`, `start/end`, `start/duration`); None looks at
    all data there is. `endpoint` replaces the public cloud's address. `token` is an access token (the command line
    takes it from KQLPACK_ACCESS_TOKEN) and goes before `credential`; without either, azure-identity's default chain
    signs in. `server_timeout` is how many seconds the service may take. Raises LiveError, whatever goes wrong.
    """
    if not _GUID.fullmatch(workspace):
        raise LiveError(
            f"`{workspace}` is not a workspace ID: give the GUID that the portal shows as Workspace ID, not the "
            "workspace's name or resource ID.",
            "InvalidWorkspace",
        )
    if not text.strip():
        raise LiveError("The query is empty: write one, such as `SigninLogs | take 10`.", "EmptyQuery")
    if isinstance(server_timeout, bool) or not 1 <= server_timeout <= _LONGEST_SERVER_TIMEOUT:
        raise LiveError(
            f"The service takes timeouts from 1 to {_LONGEST_SERVER_TIMEOUT} seconds, not `{server_timeout}`.",
            "InvalidTimeout",
        )
    if token is not None and not _TOKEN.fullmatch(token.strip()):
        raise LiveError(
            "The access token has characters that no token has: give the bare token, without `Bearer` and line breaks.",
            "InvalidToken",
        )
    span = parse_timespan(timespan)
    address = parse_endpoint(endpoint)
    token = token.strip() if token is not None else None
    asked = Asked(workspace.lower(), address, server_timeout, _secret(token))
    try:
        reply = _ask(text, span, asked, _credential(token, credential))
    except LiveError:
        raise
    except Exception as error:  # noqa: BLE001 -- many libraries lie below; none of their exceptions passes this door
        raise connection_failure(error, asked) from None
    if reply.status in {200, 204}:
        try:
            return read_answer(reply)
        except LiveError:
            # The same complaint again, but of a reply that can be quoted from.
            return read_answer(reply.without(asked.secret))
    raise refusal(reply, asked, _retry_after(reply.headers))


def _secret(token: str | None) -> str | None:
    """Return what no message may repeat. A token of a few letters is a test's, and stands in many words."""
    return token if token and len(token) >= _SHORTEST_SECRET else None


def _ask(text: str, span: RequestTimespan | None, asked: Asked, credential: TokenCredential) -> Reply:
    """Send the request, and send it again where the service throttled it and said when to come back."""
    with _client(asked.endpoint, credential) as client:
        for _ in range(_MOST_REPEATS):
            reply = _send(client, text, span, asked)
            wait = _retry_after(reply.headers) if reply.status == 429 else None
            if wait is None or wait > _LONGEST_WAIT:
                return reply
            _sleep(wait)
        return _send(client, text, span, asked)


def _send(client: LogsQueryClient, text: str, span: RequestTimespan | None, asked: Asked) -> Reply:
    """Send one request and return the raw reply: what the client makes of it has lost digits, nulls and places."""
    replies: list[Reply] = []

    def keep(response: PipelineResponse[Any, Any]) -> None:
        http = response.http_response
        headers = {name.lower(): value for name, value in http.headers.items()}
        replies.append(Reply(http.status_code, headers, http.read()))

    try:
        client.query_workspace(
            asked.workspace,
            text,
            timespan=span,
            server_timeout=asked.server_timeout,
            include_statistics=True,
            include_visualization=True,
            raw_response_hook=keep,
            # The client would send a query again after 500, 503 and 504, three times.
            retry_total=0,
            retry_connect=0,
            retry_read=0,
            retry_status=0,
            permit_redirects=False,
            connection_timeout=_CONNECT_SECONDS,
            # The client's own limit is 300 seconds, whatever the server's.
            read_timeout=asked.server_timeout + _QUEUE_SECONDS + _GRACE_SECONDS,
            # Keeps the client from converting all rows for nobody.
            cls=_nothing,
        )
    except Exception:
        # With a reply at hand, what the client thinks of it (an empty 204 is a JSONDecodeError to it) does not matter.
        if not replies:
            raise
    return replies[-1]


def _nothing(*_: object) -> dict[str, Any]:
    return {}


def _client(endpoint: Endpoint, credential: TokenCredential) -> LogsQueryClient:
    from azure.core.pipeline.policies import BearerTokenCredentialPolicy
    from azure.monitor.query import LogsQueryClient

    class LoopbackBearer(BearerTokenCredentialPolicy[Any, Any]):
        """Lets the token go over plain http, which `parse_endpoint` allows for this machine alone."""

        def on_request(self, request: PipelineRequest[Any]) -> None:
            request.context.options["enforce_https"] = False
            super().on_request(request)

    # The libraries' warnings would be printed where nobody has set logging up; the messages here say the same.
    logger = logging.getLogger("azure")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    options: dict[str, Any] = {"endpoint": endpoint.url, "audience": endpoint.audience}
    if endpoint.is_plain:
        options["authentication_policy"] = LoopbackBearer(credential, f"{endpoint.audience}/.default")
        # No proxy from the environment: the token would leave this machine.
        options["use_env_settings"] = False
    return LogsQueryClient(credential, **options)


def _credential(token: str | None, credential: TokenCredential | None) -> TokenCredential:
    if token is not None:
        return _FixedToken(token)
    if credential is not None:
        return credential
    try:
        from azure.identity import DefaultAzureCredential
    except ImportError:
        raise LiveError(
            "Signing in to Azure needs the package azure-identity, which is not installed: run "
            "`pip install 'kqlpack[identity]'`, or give an access token in KQLPACK_ACCESS_TOKEN.",
            "IdentityMissing",
        ) from None
    return DefaultAzureCredential()


class _FixedToken:
    """A credential that always gives the same token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *_scopes: str, **_options: Any) -> Any:
        """Give the token; how long it lasts is the service's to say."""
        from azure.core.credentials import AccessToken

        return AccessToken(self._token, int(time.time()) + 3600)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return for how many seconds the service asks to wait, in any of the ways that Azure's services say it."""
    for name, unit in (("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            seconds = _seconds_until(value)
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _seconds_until(http_date: str) -> float:
    try:
        moment = email.utils.parsedate_to_datetime(http_date)
        return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return math.nan
