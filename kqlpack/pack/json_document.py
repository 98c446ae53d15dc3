"""A JSON text as a tree that knows its places. In: a `SourceFile`. Out: the nodes that YAML texts become, too.

ARM templates are read as Azure's own tools read them: with comments (`//`, `/* */`), with line ends inside of texts and
with a comma too many. Source: the Azure Resource Manager documentation, "Syntax of ARM templates". A text inside a text
(a workbook's serialized data) is read the same way, and its places lead through both.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from kqlpack.pack.document import MAX_NODES, Entry, MappingNode, Node, ScalarNode, SequenceNode
from kqlpack.pack.findings import INVALID_JSON, Findings
from kqlpack.source import Notation, Segment, SourceMap, Span

if TYPE_CHECKING:
    from kqlpack.source import SourceFile

_SPACE: Final = re.compile(r"(?:\s++|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
# Possessive: what is not closed is known to be so at its end, without trying all ways to part it.
_TEXT: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"/]+")
_ESCAPE: Final = re.compile(
    r"\\(?:u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL
)
_SHORT: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_WORDS: Final = {"true": "bool", "false": "bool", "null": "null"}
_MAX_DEPTH: Final = 150


def compose_json(file: SourceFile, findings: Findings) -> Node | None:
    """Read a JSON text; None, and a finding, where it is none. Of a key that comes twice the last one counts."""
    reader = _Reader(file)
    try:
        node = reader.value(0)
        reader.end()
    except _Fault as fault:
        at = min(fault.at, len(file.text))
        where = Span(at, min(at + 1, len(file.text)))
        findings.add(INVALID_JSON, file, where, f"the file is no JSON: {fault}", fault.help)
        return None
    return node


def json_text_map(node: ScalarNode) -> SourceMap:
    """Return the map from a JSON text's value to its file."""
    start, end = node.span.start + 1, node.span.end - 1
    source = node.file.text
    segments: list[Segment] = []
    length = 0

    def add(size: int, origin: Span, *, exact: bool) -> None:
        nonlocal length
        if size:
            segments.append(Segment(Span(length, length + size), origin, exact=exact))
            length += size

    done = start
    for match in _ESCAPE.finditer(source, start, end):
        add(match.start() - done, Span(done, match.start()), exact=True)
        add(len(_unescaped(match)), Span(*match.span()), exact=False)
        done = match.end()
    add(end - done, Span(done, end), exact=True)
    return SourceMap(node.file, tuple(segments or [Segment(Span(0, 0), Span(start, start))]), Notation.JSON)


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)
    if match[3]:
        code = int(match[3], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)  # half of a character is none, and no file holds it
    return _SHORT.get(match[4], match[4])


def json_escaped(text: str) -> str:
    """Write a text as it stands between the quotes of a JSON text."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


class _Fault(Exception):  # noqa: N818 - it ends as a finding
    def __init__(self, message: str, at: int, help: str = "") -> None:
        self.at = at
        self.help = help or "mend it where the mark stands"
        super().__init__(message)


class _Reader:
    """One text being read."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.position = 0
        self.count = 0

    def skip(self) -> str:
        """Step over white space and comments; return the character that follows."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.text[self.position : self.position + 1]

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.skip():
            raise _Fault("text follows after the end of the value", self.position)

    def value(self, depth: int) -> Node:
        found = self.skip()
        self.count += 1
        if depth > _MAX_DEPTH:
            raise _Fault("it nests too deeply to be read", self.position, "use fewer levels")
        if self.count > MAX_NODES:
            raise _Fault(f"it holds more than {MAX_NODES} values", self.position, "part it into several files")
        if found == "{":
            return self._mapping(depth)
        if found == "[":
            return self._sequence(depth)
        if found == '"':
            return self._scalar_text()
        return self._word()

    def _mapping(self, depth: int) -> MappingNode:
        start = self.position
        self.position += 1
        entries: dict[str, Entry] = {}
        while (found := self.skip()) != "}":
            if found != '"':
                raise _Fault("a key in double quotes is expected" if found else "a `{` is not closed", self._at(start))
            key = self._scalar_text()
            if self.skip() != ":":
                raise _Fault("`:` is expected after the key", self.position)
            self.position += 1
            entries[key.text] = Entry(key, self.value(depth + 1))
            self._comma("}", start)
        self.position += 1
        return MappingNode(self.file, Span(start, self.position), entries)

    def _sequence(self, depth: int) -> SequenceNode:
        start = self.position
        self.position += 1
        items: list[Node] = []
        while self.skip() != "]":
            items.append(self.value(depth + 1))
            self._comma("]", start)
        self.position += 1
        return SequenceNode(self.file, Span(start, self.position), tuple(items))

    def _comma(self, closer: str, start: int) -> None:
        found = self.skip()
        if found == ",":
            self.position += 1
        elif found != closer:
            opener = self.text[start]
            message = f"`,` or `{closer}` is expected" if found else f"a `{opener}` is not closed"
            raise _Fault(message, self._at(start))

    def _at(self, start: int) -> int:
        """Return where it goes wrong: at the end of the text, where the bracket opened."""
        return self.position if self.position < len(self.text) else start

    def _scalar_text(self) -> ScalarNode:
        match = _TEXT.match(self.text, self.position)
        if not match:
            raise _Fault("a text is not closed", self.position, 'write `"` at its end')
        self.position = match.end()
        text = _ESCAPE.sub(_unescaped, match[1]) if "\\" in match[1] else match[1]
        return ScalarNode(self.file, Span(*match.span()), text, "str", Notation.JSON)

    def _word(self) -> ScalarNode:
        match = _WORD.match(self.text, self.position)
        word = match[0] if match else ""
        number = _NUMBER.fullmatch(word)
        tag = _WORDS.get(word) or (number and ("float" if number[1] or number[2] else "int"))
        if match is None or tag is None:
            raise _Fault("a value is expected", self.position)
        self.position = match.end()
        return ScalarNode(self.file, Span(*match.span()), word, tag, Notation.JSON)
