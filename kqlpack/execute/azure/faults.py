"""Refusals and failures in words. In: a reply that is no answer, or the client's exception. Out: `LiveError`.

Each message says in kqlpack's words what failed, gives the service's detail, and ends with what to do. Codes and
shapes: the Azure Monitor documentation's pages "Azure Monitor Log Analytics API errors" and "Timeouts".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kqlpack.errors import LiveError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.execute.azure.endpoint import Endpoint
    from kqlpack.execute.azure.reply import Reply

_LONGEST_DETAIL: Final = 1000
_SPACE: Final = re.compile(r"\s+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_TOKEN: Final = re.compile(r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*|(?i:bearer\s+)[A-Za-z0-9._~+/=-]{8,}")
# What libraries begin their messages with: objects by their address in memory, connections.
_OBJECT: Final = re.compile(r"<[^<>]* object at 0x[0-9a-f]+>(?:: )?|HTTPS?Connection(?:Pool)?\([^()]*\): ")

_SIGN_IN: Final = "Sign in again (`az login`), or give a fresh token in KQLPACK_ACCESS_TOKEN"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as far as messages need it. `secret` is what must never be in one."""

    workspace: str
    endpoint: Endpoint
    server_timeout: int
    secret: str | None

    def clean(self, text: str) -> str:
        """Return text for a message: printable, of bearable length, without the token."""
        return excerpt(text.replace(self.secret, "***") if self.secret else text)


def excerpt(text: str, longest: int = _LONGEST_DETAIL) -> str:
    """Return other people's text for a message: one line, no control characters, no tokens, not endless."""
    line = _TOKEN.sub("***", _SPACE.sub(" ", text).strip())
    line = _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def unexpected(what: str) -> LiveError:
    """Return the error for an answer that the query API would not give."""
    return LiveError(
        f"The address answered with {what}: is it a query API? Check `--endpoint`, and what lies between (a proxy, a "
        "sign-in page).",
        "UnexpectedAnswer",
    )


def error_words(error: dict[str, Any]) -> tuple[str, str]:
    """Return the most telling code of the service's error, and its messages from the outside in, each once."""
    levels = list(_levels(error))
    words: list[str] = []
    # The outermost message ("The request had some invalid properties") says nothing once there is an inner one.
    telling = levels[1:] if any(isinstance(level.get("message"), str) for level in levels[1:]) else levels
    for level in telling:
        message = level.get("message")
        if isinstance(message, str) and (line := excerpt(message).rstrip(".")) and line not in words:
            words.append(line)
    codes = [level["code"] for level in levels if isinstance(level.get("code"), str) and level["code"][:1].isalpha()]
    return excerpt(codes[-1], 100) if codes else "", ". ".join(words) or "it gave no reason"


def refusal(reply: Reply, asked: Asked, retry_after: float | None) -> LiveError:
    """Return the error for a status that is not a success."""
    reply = reply.without(asked.secret)
    error = _error_object(reply)
    code, words = error_words(error) if error else ("", _status_words(reply))
    line, column = _place(error)
    place = "" if line is None else f"line {line}" if column is None else f"line {line}, column {column}"
    brackets = ", ".join(part for part in (code, place) if part)
    detail = words + (f" ({brackets})" if brackets else "")
    if reply.status == 400 and not code.startswith("InvalidAuthenticationToken"):
        message = _bad_request(code, detail)
    elif code.startswith("InvalidAuthenticationToken"):
        message = _bad_token(detail, asked)
    else:
        message = _by_status(reply.status, detail, asked, retry_after)
    return LiveError(message, code or f"HTTP {reply.status}", line=line, column=column)


def _bad_request(code: str, detail: str) -> str:
    # The letters that the service's codes begin with tell where the fault lies: SYN0002, SEM0100.
    if code.startswith("SYN"):
        return f"The service can't read the query: {detail}. Correct the query there."
    if code.startswith("SEM"):
        return (
            f"The service does not understand the query: {detail}. Check the names: a table that never held data is "
            "unknown to the workspace until its diagnostic setting or connector is switched on."
        )
    return f"The service refused the request: {detail}. Check the query and the timespan."


def _bad_token(detail: str, asked: Asked) -> str:
    return (
        f"The service did not accept the access token: {detail}. {_SIGN_IN}; its audience must be "
        f"`{asked.endpoint.audience}`."
    )


def _by_status(status: int, detail: str, asked: Asked, retry_after: float | None) -> str:
    if status == 401:
        return _bad_token(detail, asked)
    if status == 403:
        return (
            f"No permission to query the workspace `{asked.workspace}`: {detail}. Ask for the role Log Analytics "
            "Reader on it; a new role takes up to an hour to work."
        )
    if status == 404:
        return (
            f"The service does not know the workspace `{asked.workspace}`: {detail}. Check the workspace ID, and that "
            f"`{asked.endpoint.host}` serves the cloud that it is in."
        )
    if status == 429:
        when = f"in {math.ceil(retry_after)} seconds" if retry_after else "in a minute"
        return f"The service is throttling these requests: {detail}. Run the query again {when}, and fewer at a time."
    if status in {408, 504}:
        return (
            f"The query ran out of time (it was given {asked.server_timeout} seconds): {detail}. Look at less time "
            "(`--timespan`), filter earlier, or allow more, up to 600 seconds."
        )
    if 300 <= status < 400:
        return (
            f"The service answered with a redirect, which kqlpack does not follow because the access token would go "
            f"along: {detail}. Give the address that it points to as `--endpoint`."
        )
    if status >= 500:
        return (
            f"The service failed with HTTP {status}: {detail}. It was not asked a second time, because the query may "
            "have run. Run it again; if it fails again, narrow it."
        )
    return f"The service answered with HTTP {status}: {detail}. Check `--endpoint`."


def connection_failure(error: Exception, asked: Asked) -> LiveError:
    """Return the error for a request that brought no reply: `error` is what the client raised."""
    from azure.core import exceptions

    words = asked.clean(_OBJECT.sub("", _first_line(error)))
    host = asked.endpoint.host
    # The client turns every HttpResponseError into a plain one; what it was before is its context.
    if any(isinstance(cause, exceptions.ClientAuthenticationError) for cause in (error, error.__context__)):
        return LiveError(f"Signing in to Azure failed: {words}. {_SIGN_IN}.", "SignInFailed")
    if isinstance(error, exceptions.ServiceResponseTimeoutError):
        return LiveError(
            f"`{host}` did not answer in time. The query may still be running there: wait before you run it again, and "
            "look at less time (`--timespan`).",
            "ConnectionTimedOut",
        )
    if isinstance(error, exceptions.ServiceRequestTimeoutError):
        return LiveError(
            f"`{host}` could not be reached in time. Check the network and `--endpoint`.", "ConnectionTimedOut"
        )
    if isinstance(error, exceptions.ServiceRequestError):
        return LiveError(
            f"`{host}` could not be reached: {words}. Check the network, the proxy and `--endpoint`.",
            "ConnectionFailed",
        )
    if isinstance(error, exceptions.AzureError):
        return LiveError(
            f"The connection to `{host}` broke before the answer was complete: {words}. Run the query again.",
            "ConnectionFailed",
        )
    return LiveError(
        f"The request to `{host}` failed: {type(error).__name__}: {words}. Check `--endpoint` and the sign-in.",
        "RequestFailed",
    )


def _levels(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the error, then its details and inner errors, from the outside in; a bounded number of them."""
    waiting: list[Any] = [error]
    for _ in range(20):
        if not waiting:
            return
        level = waiting.pop(0)
        if not isinstance(level, dict):
            continue
        yield level
        details = level.get("details")
        waiting += details if isinstance(details, list) else []
        waiting.append(level.get("innererror"))


def _error_object(reply: Reply) -> dict[str, Any] | None:
    try:
        body = reply.json()
    except (ValueError, RecursionError):
        return None
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else None


def _status_words(reply: Reply) -> str:
    """Describe a reply without the service's error object."""
    location = reply.headers.get("location")
    if location:
        return f"to `{excerpt(location, 200)}`"
    body = excerpt(reply.body[:2000].decode("utf-8", "replace"), 200)
    return f"it said `{body}`" if body else "it gave no reason"


def _place(error: dict[str, Any] | None) -> tuple[int | None, int | None]:
    """Return line and column, counted from 1. The service counts lines from 1, and the characters of a line from 0."""
    for level in _levels(error) if error else ():
        line, position = level.get("line"), level.get("pos")
        if isinstance(line, int) and not isinstance(line, bool) and line > 0:
            return line, position + 1 if isinstance(position, int) and position >= 0 else None
    return None, None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".") if lines else type(error).__name__
