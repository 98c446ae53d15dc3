"""A TOML text as a tree that knows its places. In: a `SourceFile`. Out: a `MappingNode`, each value with its span.

`tomllib` reads the text; it tells no places, so a scan of the text that it took finds them. What is no TOML is raised
as a `ConfigError`.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from kqlpack.config.faults import ConfigError, fault
from kqlpack.pack.document import Entry, MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable

# A way to a value: keys, and numbers of a list's items.
Way = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t]+|\r?\n|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|' + r"'''.*?'{3,5}(?!')|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")
_AT: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def compose(file: SourceFile) -> MappingNode:
    """Read a text of TOML. Raises ConfigError, with the place, for what is none."""
    try:
        # TOML knows no other line ends, and a lone CR is a fault in it.
        values = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_not_toml(file, str(error))]) from None
    except RecursionError:
        message = "the file nests too deeply to be read"
        raise ConfigError([fault(file, Span(0, 0), message, "use fewer levels")]) from None
    scan = _Scan(file.text)
    scan.run()
    node = _Nodes(file, scan).of(values, ())
    assert isinstance(node, MappingNode)  # noqa: S101 - tomllib gives a dict
    return node


def _not_toml(file: SourceFile, error: str) -> Any:
    at = _AT.search(error)
    what = error[: at.start()] if at else error
    offset = len(file.text)
    if at and at[1]:
        offset = min(file.line_starts[min(int(at[1]), len(file.line_starts)) - 1] + int(at[2]) - 1, offset)
    message = f"this is no TOML, so nothing of the file is read: {what[:1].lower()}{what[1:]}"
    return fault(file, Span(offset, offset), message, "write `key = value` lines; https://toml.io shows the forms")


class _Scan:
    """Finds the places of keys and values in a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.keys: dict[Way, Span] = {}
        self.values: dict[Way, Span] = {}
        self._lengths: dict[Way, int] = {}

    def run(self) -> None:
        """Go through the text."""
        table: Way = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Way:
        start = self.at
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        way = self._key((), resolve=True, listed=brackets == 2)
        self.at += brackets
        self.values.setdefault(way, Span(start, self.at))
        return way

    def _pair(self, table: Way) -> None:
        way = self._key(table)
        self.at += 1  # the `=`
        self._skip(_SPACE)
        self._value(way)

    def _key(self, way: Way, *, resolve: bool = False, listed: bool = False) -> Way:
        """Read a key, dotted or not, behind `way`; a header goes on in the last item of a list of tables."""
        while True:
            self._skip(_SPACE)
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            if match is None:
                raise ValueError(f"no key at {self.at}")
            self.at = match.end()
            name = match[0]
            way = (*way, next(iter(tomllib.loads(f"{name} = 0"))) if name[0] in "\"'" else name)
            self.keys.setdefault(way, Span(*match.span()))
            self._skip(_SPACE)
            is_last = not self.text.startswith(".", self.at)
            if is_last and listed:
                count = self._lengths[way] = self._lengths.get(way, 0) + 1
                self.values.setdefault(way, Span(*match.span()))
                return (*way, count - 1)
            if resolve and way in self._lengths:
                way = (*way, self._lengths[way] - 1)
            if is_last:
                return way
            self.at += 1

    def _value(self, way: Way) -> None:
        start = self.at
        if match := _STRING.match(self.text, start):
            self.at = match.end()
        elif self.text.startswith("[", start):
            self._items("]", lambda number: self._value((*way, number)))
        elif self.text.startswith("{", start):
            self._items("}", lambda _: self._pair(way))
        elif match := _PLAIN.match(self.text, start):
            self.at = start + len(match[0].rstrip())
        self.values[way] = Span(start, self.at)

    def _items(self, end: str, read: Callable[[int], None]) -> None:
        self.at += 1
        number = 0
        self._skip(_BLANK)
        while not self.text.startswith(end, self.at):
            read(number)
            number += 1
            self._skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.at)
        self.at = match.end() if match else self.at


class _Nodes:
    """Joins what `tomllib` read with the places."""

    def __init__(self, file: SourceFile, scan: _Scan) -> None:
        self.file = file
        self.scan = scan

    def of(self, value: Any, way: Way) -> Node:
        span = self.scan.values.get(way) or self.scan.keys.get(way) or Span(0, 0)
        if isinstance(value, dict):
            entries = {key: self._entry(key, one, (*way, key)) for key, one in value.items()}
            return MappingNode(self.file, span, entries)
        if isinstance(value, list):
            return SequenceNode(self.file, span, tuple(self.of(one, (*way, n)) for n, one in enumerate(value)))
        if isinstance(value, str):
            return ScalarNode(self.file, span, value)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return ScalarNode(self.file, span, text, _tag(value))

    def _entry(self, key: str, value: Any, way: Way) -> Entry:
        place = self.scan.keys.get(way) or Span(0, 0)
        return Entry(ScalarNode(self.file, place, key), self.of(value, way))


def _tag(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return {int: "int", float: "float"}.get(type(value), "timestamp")
