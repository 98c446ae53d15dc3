"""Asks Microsoft's own KQL parser, in Node.js. In: texts. Out: verdicts, and its trees.

`make oracle` installs the parser (the package of tools/oracle/package.json); kqlpack itself never needs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
HOW = "`make oracle` installs Microsoft's parser; it needs Node.js and npm"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the parser said. A diagnostic is (code, start, length, message), its place in characters."""

    diagnostics: tuple[tuple[str, int, int, str], ...]
    tree: list[Any] | None = None
    crash: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it accepted the text."""
        return not self.diagnostics and self.crash is None


def is_installed() -> bool:
    """Whether Node.js and the parser are here."""
    return shutil.which("node") is not None and (HERE / "node_modules" / "@kusto").is_dir()


class Oracle:
    """Microsoft's parser as a process that answers text by text. A context manager. Raises OSError without Node.js."""

    def __init__(self) -> None:
        """Start the process."""
        if not is_installed():
            raise FileNotFoundError(HOW)
        self._process = subprocess.Popen(
            ["node", "--stack-size=8000", str(HERE / "judge.js")],  # noqa: S607  # the reader's own Node.js
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("the process of Microsoft's parser has no pipes")
        self._input, self._output = self._process.stdin, self._process.stdout

    def judge(self, text: str, *, tree: bool = False) -> Verdict:
        """Return the verdict on one text. A lone surrogate, which JSON can't carry there, counts as `?`."""
        self.ask(text, tree=tree)
        return self.answer(text)

    def ask(self, text: str, *, tree: bool = False) -> None:
        """Hand over a text, whose answer comes after those to all before it."""
        self._input.write(json.dumps({"text": _clean(text), "tree": tree}) + "\n")
        self._input.flush()

    def answer(self, text: str) -> Verdict:
        """Return the verdict on the text that was handed over first of those without an answer."""
        clean = _clean(text)
        answer = json.loads(self._output.readline())
        if "crash" in answer:
            return Verdict((), crash=answer["crash"])
        found = tuple(
            (code, _characters(clean, start), length, message) for code, start, length, message in answer["diagnostics"]
        )
        shape: list[Any] | None = answer.get("tree")
        return Verdict(found, _in_characters(shape, clean) if shape and not clean.isascii() else shape)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def judge_all(texts: list[str], *, tree: bool = False) -> Iterator[Verdict]:
    """Yield the verdicts on many texts, in their order."""
    with Oracle() as oracle:

        def ask() -> None:
            for text in texts:
                oracle.ask(text, tree=tree)

        # Both sides work at the same time.
        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        for text in texts:
            yield oracle.answer(text)
        asking.join()


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _in_characters(tree: list[Any], text: str) -> list[Any]:
    """Return a tree of the parser with its places in characters."""
    units = list(accumulate((2 if ord(character) > 0xFFFF else 1 for character in text), initial=0))
    at = {unit: place for place, unit in enumerate(units)}
    stack = [tree]
    while stack:
        part = stack.pop()
        if len(part) > 2:
            part[1:3] = at[part[1]], at[part[2]]
            stack.extend(part[3:])
        else:
            part[1] = at[part[1]]
    return tree


def _characters(text: str, units: int) -> int:
    """Return the offset in characters of an offset in UTF-16 code units."""
    if text.isascii():
        return units
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "replace"))
