"""A query API on loopback for tests: gives prepared answers in turn and keeps what it was asked."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from email.message import Message

WORKSPACE = "8f0e2c1a-0b6d-4d6e-9a53-2f1f6c0d7e11"


@dataclass(frozen=True)
class Answer:
    """What to send. `hang_up`: close the connection without a word. `missing`: announce that many bytes too many."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json; charset=utf-8"})
    hang_up: bool = False
    missing: int = 0
    delay: float = 0.0


@dataclass(frozen=True)
class Asked:
    """What came in."""

    path: str
    headers: Message
    body: Any


def table(columns: dict[str, str], *rows: list[Any], name: str = "PrimaryResult") -> dict[str, Any]:
    """Write a table as the query API does."""
    return {"name": name, "columns": [{"name": key, "type": kind} for key, kind in columns.items()], "rows": list(rows)}


def answer(*tables: dict[str, Any], **more: Any) -> Answer:
    """Give a good answer with these tables."""
    return Answer(body=json.dumps({"tables": list(tables), **more}).encode())


def refusal(status: int, error: dict[str, Any], **headers: str) -> Answer:
    """Give the service's error object with a status. Underscores in the headers' names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps({"error": error}).encode(), {"Content-Type": "application/json", **named})


class Loopback:
    """The server, for a `with`; the last answer is given again when there is no other one left."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                loopback.asked.append(Asked(self.path, self.headers, json.loads(body)))
                given = loopback._next()
                time.sleep(given.delay)
                if given.hang_up:
                    self.close_connection = True
                    return
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                if given.status != 204:
                    self.send_header("Content-Length", str(len(given.body) + given.missing))
                self.end_headers()
                self.wfile.write(given.body)
                self.close_connection = bool(given.missing)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
