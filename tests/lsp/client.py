"""A client of the language server, over pipes: plain JSON, so that what is tested is what editors see."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIMEOUT = 30.0


class Client:
    """A server's process, and the messages to and from it."""

    def __init__(self, capabilities: dict[str, Any] | None = None, root: str | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kqlpack", "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._kept: list[dict[str, Any]] = []
        self._id = 0
        threading.Thread(target=self._read, daemon=True).start()
        self.initialized = self.request(
            "initialize", {"processId": None, "rootUri": root, "capabilities": capabilities or {}}
        )
        self.notify("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    # ---- the protocol ----

    def request(self, method: str, params: object) -> Any:
        """Return the answer to a request; fail for an error."""
        self._id += 1
        own = self._id
        self._send({"id": own, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == own and "method" not in message)
        assert "error" not in answer, answer["error"]
        return answer.get("result")

    def hang_up(self) -> int:
        """Go away as an editor does that dies; return the server's exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(TIMEOUT)

    def notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def wait(self, method: str, matches: Callable[[Any], bool] = lambda _: True) -> Any:
        """Return the parameters of the first notification that matches, those that came earlier included."""
        return self._wait(lambda message: message.get("method") == method and matches(message["params"]))["params"]

    def seen(self, method: str) -> list[Any]:
        """Return the notifications that came and that nobody waited for."""
        while not self._messages.empty():
            message = self._messages.get()
            if message is not None:
                self._kept.append(message)
        return [message["params"] for message in self._kept if message.get("method") == method]

    def stop(self) -> int:
        """Shut the server down as an editor does; return its exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self._process.wait(TIMEOUT)

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = stream.readline()
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)

    def _wait(self, matches: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for message in self._kept:
            if matches(message):
                self._kept.remove(message)
                return message
        end = time.monotonic() + TIMEOUT
        while True:
            message_or_end = self._messages.get(timeout=max(end - time.monotonic(), 0.001))
            assert message_or_end is not None, "the server has ended"
            if matches(message_or_end):
                return message_or_end
            self._kept.append(message_or_end)

    # ---- documents ----

    def open(self, path: Path | str, text: str, language: str = "kusto") -> Document:
        """Open a text under a path, or under a URI."""
        uri = path if isinstance(path, str) else path.as_uri()
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return Document(self, uri, text)


class Document:
    """An open text. A place in it is written as `|` in a text that stands there once: `place("Result|Type")`."""

    def __init__(self, client: Client, uri: str, text: str) -> None:
        self.client, self.uri, self.text, self.version = client, uri, text, 1

    @property
    def identifier(self) -> dict[str, Any]:
        return {"uri": self.uri}

    def place(self, around: str, mark: str = "|") -> dict[str, int]:
        before, _, after = around.partition(mark)
        assert self.text.count(before + after) == 1, around
        return self.position(self.text.index(before + after) + len(before))

    def position(self, offset: int) -> dict[str, int]:
        lines = self.text[:offset].split("\n")
        return {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}

    def findings(self, version: int | None = None) -> list[dict[str, Any]]:
        """Return the findings of the text as it is, once they come."""
        wanted = version or self.version
        found = self.client.wait(
            "textDocument/publishDiagnostics",
            lambda params: params["uri"] == self.uri and params.get("version") == wanted,
        )
        return list(found["diagnostics"])

    def rules(self) -> list[str]:
        return [found["code"] for found in self.findings()]

    def replace(self, text: str) -> None:
        """Change the whole text."""
        self.text = text
        self._change([{"text": text}])

    def edit(self, old: str, new: str) -> None:
        """Change a text that stands there once, by its range."""
        start = self.text.index(old)
        range = {"start": self.position(start), "end": self.position(start + len(old))}
        self.text = self.text.replace(old, new, 1)
        self._change([{"range": range, "text": new}])

    def _change(self, changes: list[dict[str, Any]]) -> None:
        self.version += 1
        identifier = {"uri": self.uri, "version": self.version}
        self.client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": changes})

    def save(self) -> None:
        self.client.notify("textDocument/didSave", {"textDocument": self.identifier})

    def close(self) -> None:
        self.client.notify("textDocument/didClose", {"textDocument": self.identifier})

    # ---- requests ----

    def ask(self, method: str, **params: object) -> Any:
        return self.client.request(f"textDocument/{method}", {"textDocument": self.identifier, **params})

    def actions(self, around: str, only: list[str] | None = None) -> list[dict[str, Any]]:
        place = self.place(around)
        context = {"diagnostics": [], **({"only": only} if only else {})}
        return list(self.ask("codeAction", range={"start": place, "end": place}, context=context) or ())

    def applied(self, edits: list[dict[str, Any]]) -> str:
        """Return the text after edits, which count in the text as it is."""
        text = self.text
        for edit in sorted(edits, key=lambda edit: self._offset(edit["range"]["start"]), reverse=True):
            start, end = (self._offset(edit["range"][which]) for which in ("start", "end"))
            text = text[:start] + edit["newText"] + text[end:]
        return text

    def changed_by(self, action: dict[str, Any]) -> str:
        if "edit" not in action:
            action = self.client.request("codeAction/resolve", action)
        return self.applied(action["edit"]["changes"][self.uri])

    def hover(self, around: str) -> str:
        found = self.ask("hover", position=self.place(around))
        return str(found["contents"]["value"]) if found else ""

    def completions(self, around: str) -> list[str]:
        found = self.ask("completion", position=self.place(around, "¦"))
        return [item["label"] for item in found["items"]] if found else []

    def _offset(self, position: dict[str, int]) -> int:
        lines = self.text.split("\n")
        before = sum(len(line) + 1 for line in lines[: position["line"]])
        if position["line"] >= len(lines):
            return len(self.text)
        line = lines[position["line"]].encode("utf-16-le")[: 2 * position["character"]]
        return before + len(line.decode("utf-16-le"))
