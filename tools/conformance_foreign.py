"""Wraps the corpus into other people's formats and reads it back. In: records. Out: what was found, and where.

Words are planted into each query; where they stand in the file is counted by looking for them there.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqlpack.convert import Hint, Style, translate
from kqlpack.pack.foreign import load_foreign
from kqlpack.pipeline import discover
from kqlpack.source import SourceFile, Span
from kqlpack.syntax import parse
from tests.wrapping import WRAPPERS, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_PLACEHOLDER = re.compile(r"\{[A-Za-z_][\w .-]*(?::([^{}\n\"']*))?\}")
_TYPES = {"datetime": "datetime", "list": "list[string]", "int": "long"}
_AT_ONCE = 5
_WORDS = 6


@dataclass(slots=True)
class Wrapped:
    """Of `queries` that were wrapped, `found` came back as they were; of `words` planted, `placed` at their place."""

    queries: int = 0
    found: int = 0
    words: int = 0
    placed: int = 0


def measure(records: Iterable[dict[str, Any]]) -> Wrapped:
    """Wrap all records in every way that can hold them."""
    counts = Wrapped()
    chance = random.Random(5)  # noqa: S311 - the same words every time
    texts = [_with_words(record["text"].replace("\r\n", "\n"), chance) for record in records]
    texts = [each for each in texts if each[0].strip()]
    with tempfile.TemporaryDirectory() as folder:
        for suffix, wrap in WRAPPERS.values():
            for start in range(0, len(texts), _AT_ONCE):
                some = texts[start : start + _AT_ONCE]
                if wrap([text for text, _ in some]) is not None:
                    _compare(Path(folder), suffix, wrap, some, counts)
                    continue
                for one in some:  # of several, one may be what the format can't hold
                    if wrap([one[0]]) is not None:
                        _compare(Path(folder), suffix, wrap, [one], counts)
    return counts


def templates(shared: Path) -> tuple[int, int]:
    """Import msticpy's and workbooks' templates; return how many are valid queries by the original, and by ours.

    Of msticpy's the corpus says with which values they are valid. Of workbooks' the same is asked of the text with a
    stand-in for each placeholder.
    """
    with (shared / "corpus" / "templates.jsonl").open(encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream]
    valid = imported = 0
    for record in records:
        text = record["text"].replace("\r\n", "\n").replace("\r", "\n")
        if "oracle_rendered" in record:
            style, is_valid = Style.MSTICPY, record["oracle_rendered"]["syntax_ok"]
            hints = {name: _hint(declared) for name, declared in record["params"].items()}
        else:
            style, hints = Style.WORKBOOK, {}
            is_valid = _parses_with_stand_ins(text)
        if is_valid:
            valid += 1
            imported += translate(text, style, hints) is not None
    return valid, imported


def _hint(declared: dict[str, Any]) -> Hint:
    default = declared.get("default")
    return Hint(_TYPES.get(declared.get("type", ""), ""), None if default is None else str(default))


def _parses_with_stand_ins(text: str) -> bool:
    ways: list[str | Callable[[re.Match[str]], str]] = ["abc", "> ago(1d)", "1d", "", _by_format]
    return any(parse(SourceFile("", _PLACEHOLDER.sub(way, text))).ok for way in ways)


def _by_format(match: re.Match[str]) -> str:
    """Return what a workbook writes for a range of time: a comparison, its ends, its grain."""
    ends = {"start": "datetime(2024-01-01)", "end": "datetime(2024-01-02)", "grain": "1h", "label": "abc"}
    is_range = re.search("time|range", match[0], re.IGNORECASE)
    return ends.get(match[1] or "", "> ago(1d)" if is_range else "abc")


def _with_words(text: str, chance: random.Random) -> tuple[str, list[str]]:
    offsets = [token.span.start for token in parse(SourceFile("", text)).tokens]
    return marked(text, sorted(chance.sample(offsets, min(_WORDS, len(offsets)))))


def _compare(folder: Path, suffix: str, wrap: Any, some: Sequence[tuple[str, list[str]]], counts: Wrapped) -> None:
    path = folder / f"wrapped{suffix}"
    content = wrap([text for text, _ in some])
    path.write_text(content, encoding="utf-8", newline="")
    counts.queries += len(some)
    counts.words += sum(len(words) for _, words in some)
    if not discover((path,)).targets:
        return
    queries = list(load_foreign(path).queries.values())
    for text, words in some:
        query = next((each for each in queries if each.text.rstrip("\n") == text.rstrip("\n")), None)
        if query is None:
            continue
        queries.remove(query)
        counts.found += 1
        for word in words:
            at = query.text.index(word)
            where = query.map.locate(Span(at, at + len(word)))
            counts.placed += where.exact and query.file.line_column(where.span.start) == _place(content, word)


def _place(content: str, word: str) -> tuple[int, int]:
    """Return line and column of a word, by looking for it."""
    before = content[: content.find(word)].replace("\r\n", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
