"""A YAML text as a tree that knows its places. In: a `SourceFile`. Out: a `Document` of nodes, each with its span.

PyYAML's composer does the reading (libyaml's, where PyYAML has it); values are never constructed, so that a tag can't
make an object. What YAML allows and a pack has no use for (several documents, keys that are not text, own tags) is
reported here; aliases and merges are followed, up to a size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import yaml

from kqlpack.diagnostics import Annotation
from kqlpack.pack.findings import DUPLICATE_KEY, INVALID_YAML, SCHEMA_VIOLATION, Findings, replacing
from kqlpack.pack.yaml_errors import explain
from kqlpack.source import Notation, SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NOTATIONS: Final = {
    "|": Notation.BLOCK,
    ">": Notation.FOLDED,
    "'": Notation.SINGLE_QUOTED,
    '"': Notation.DOUBLE_QUOTED,
}
_TAG_PREFIX: Final = "tag:yaml.org,2002:"
_KNOWN_TAGS: Final = frozenset({"str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map"})
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML 1.1 lets a text hold (section 5.1), turned around; the byte-order mark inside a text included.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
# An anchor and a tag, in any order. YAML 1.1, section 8.1.
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*(?:\s+|$))+")
# Far beyond any pack; an alias bomb passes it in the first dozen lines.
MAX_NODES: Final = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A single value as it stands in the file: `text` is what YAML reads, `tag` what YAML 1.1 takes it for.

    `tag` is `str`, `int`, `float`, `bool`, `null` or `timestamp`.
    """

    file: SourceFile
    span: Span
    text: str
    tag: str = "str"
    notation: Notation = Notation.PLAIN


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNode:
    """A list."""

    file: SourceFile
    span: Span
    items: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A key and its value."""

    key: ScalarNode
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode:
    """A mapping, in the file's order; keys are unique."""

    file: SourceFile
    span: Span
    entries: dict[str, Entry] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def key_span(self, key: str) -> Span:
        """Return the place of a key, or else of the whole mapping's first character."""
        entry = self.entries.get(key)
        return entry.key.span if entry else Span(self.span.start, self.span.start + 1)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def text_of(node: MappingNode, key: str) -> str:
    """Return the text of a key's value; empty where the key is absent, null or no scalar."""
    value = node.get(key)
    return value.text if isinstance(value, ScalarNode) and value.tag != "null" else ""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file's first document; `root` is None when the file is empty or is not YAML."""

    file: SourceFile
    root: Node | None


def compose(file: SourceFile, findings: Findings, loader: type[yaml.SafeLoader] | None = None) -> Document:
    """Read a YAML text of one document; what is wrong with it goes to `findings`. `loader`: PyYAML's, for tests."""
    if not _is_printable(file, findings):
        return Document(file, None)
    try:
        nodes = [node for node, _ in zip(_nodes(loader or _LOADER, file.text), range(2), strict=False)]
    except yaml.MarkedYAMLError as error:
        findings.add(INVALID_YAML, file, *explain(error, file))
        return Document(file, None)
    except RecursionError:
        findings.add(INVALID_YAML, file, Span(0, 0), *_TOO_DEEP)
        return Document(file, None)
    if len(nodes) > 1:
        mark = max(file.text.rfind("---", 0, nodes[1].start_mark.index + 3), 0)
        findings.add(
            INVALID_YAML,
            file,
            Span(mark, mark + 3),
            "a second document begins here, and only the first one is read",
            "put it into a file of its own",
        )
    return Document(file, _Converter(file, findings).convert(nodes[0]) if nodes else None)


def compose_all(file: SourceFile, findings: Findings) -> tuple[Document, ...]:
    """Read a YAML text of any number of documents: those before the first that can't be read, which is told."""
    found: list[Document] = []
    if not _is_printable(file, findings):
        return ()
    try:
        for node in _nodes(_LOADER, file.text):
            found.append(Document(file, _Converter(file, findings).convert(node)))  # noqa: PERF401 - it may stop
    except yaml.MarkedYAMLError as error:
        findings.add(INVALID_YAML, file, *explain(error, file))
    except RecursionError:
        findings.add(INVALID_YAML, file, Span(0, 0), *_TOO_DEEP)
    return tuple(found)


def _is_printable(file: SourceFile, findings: Findings) -> bool:
    unprintable = _UNPRINTABLE.search(file.text)
    if unprintable:
        findings.add(
            INVALID_YAML,
            file,
            Span(*unprintable.span()),
            f"the character U+{ord(unprintable[0]):04X} may not stand in a YAML file, so nothing of the file is read",
            f'remove it, or write it as an escape in a double-quoted text: "\\u{ord(unprintable[0]):04x}"',
        )
    return not unprintable


def _nodes(loader_class: type[yaml.SafeLoader], text: str) -> Iterator[yaml.Node]:
    loader = loader_class(text)
    try:
        while loader.check_node() and (node := loader.get_node()) is not None:
            yield node
    finally:
        loader.dispose()


_TOO_DEEP: Final = ("the file nests too deeply to be read", "use fewer levels")


class _Converter:
    """Turns PyYAML's nodes into ours. Aliased nodes stay shared: an alias bomb costs nothing until it is read."""

    def __init__(self, file: SourceFile, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.done: dict[int, Node] = {}
        self.sizes: dict[int, int] = {}
        self.open: set[int] = set()

    def convert(self, node: yaml.Node) -> Node | None:
        """Return our node, or None where it is endless or too large."""
        known = self.done.get(id(node))
        if known is not None:
            return known
        if id(node) in self.open:
            self._invalid(node, "the alias stands inside the very node that it repeats, so that there is no end to it")
            return None
        self.open.add(id(node))
        try:
            result = self._convert(node)
        except RecursionError:
            self._invalid(node, "the file nests too deeply to be read")
            return None
        self.open.discard(id(node))
        size = 1 + sum(self.sizes.get(id(child), 1) for child in _children(result))
        if size > MAX_NODES:
            self._invalid(node, "the aliases in here add up to more than 200,000 values, and so are not followed")
            return None
        self.done[id(node)] = result
        self.sizes[id(result)] = size
        return result

    def _convert(self, node: yaml.Node) -> Node:
        tag = self._tag(node)
        span = Span(node.start_mark.index, node.end_mark.index)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, span, tag)
        if isinstance(node, yaml.SequenceNode):
            items = tuple(item for item in map(self.convert, node.value) if item is not None)
            return SequenceNode(self.file, self._trimmed(span), items)
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - PyYAML has these three kinds only
        return MappingNode(self.file, self._trimmed(span), self._entries(node))

    def _scalar(self, node: yaml.ScalarNode, span: Span, tag: str) -> ScalarNode:
        notation = _NOTATIONS.get(node.style or "", Notation.PLAIN)
        tag = tag if tag in _KNOWN_TAGS else "str"
        if tag == "value":  # a lone `=`
            tag = "str"
        return ScalarNode(self.file, self._without_properties(self._trimmed(span)), node.value, tag, notation)

    def _without_properties(self, span: Span) -> Span:
        """Cut the anchor and the tag that stand before a value: no value begins as they do."""
        properties = _PROPERTIES.match(self.file.text, span.start, span.end)
        return Span(properties.end(), span.end) if properties else span

    def _trimmed(self, span: Span) -> Span:
        """Cut the white space that PyYAML counts to a block: its end is where the next token begins."""
        text = self.file.text
        end = span.end
        while end > span.start and text[end - 1] in " \t\r\n":
            end -= 1
        return Span(span.start, end)

    def _tag(self, node: yaml.Node) -> str:
        tag: str = node.tag
        name = tag.removeprefix(_TAG_PREFIX)
        if not tag.startswith(_TAG_PREFIX) or name not in _KNOWN_TAGS:
            self._invalid(node, f"the tag `{_printed_tag(tag)}` has no meaning in a pack", "write the value without it")
            return "str"
        return name

    def _entries(self, node: yaml.MappingNode) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            value = self.convert(value_node)
            if value is None:
                continue
            if key_node.tag == _TAG_PREFIX + "merge":
                merged.append(value)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            earlier = entries.get(key.text)
            if earlier:
                self.findings.add(
                    DUPLICATE_KEY,
                    self.file,
                    key.span,
                    f"the key `{key.text}` is here for the second time; YAML readers keep one of the two and drop the"
                    " other without a word",
                    "remove or rename one of them",
                    related=(Annotation(self.file, earlier.key.span, "first here"),),
                )
                continue
            entries[key.text] = Entry(key, value)
        for value in merged:
            for entry in self._merged(value):
                entries.setdefault(entry.key.text, entry)
        return entries

    def _merged(self, value: Node) -> Iterator[Entry]:
        for part in value.items if isinstance(value, SequenceNode) else (value,):
            if isinstance(part, MappingNode):
                yield from part.entries.values()
            else:
                self.findings.add(
                    SCHEMA_VIOLATION,
                    self.file,
                    part.span,
                    "`<<` merges mappings, and this is not one",
                    "name the anchor of a mapping: `<<: *defaults`",
                )

    def _key(self, node: yaml.Node) -> ScalarNode | None:
        if not isinstance(node, yaml.ScalarNode):
            self._invalid(
                node, "a key must be a text, and this is a list or a mapping", "write a single word before `:`"
            )
            return None
        key = self.convert(node)
        assert isinstance(key, ScalarNode)  # noqa: S101 - a scalar stays one
        if key.tag != "str":
            quoted = f'"{key.text}"'
            self.findings.add(
                SCHEMA_VIOLATION,
                self.file,
                key.span,
                f"the key `{key.text}` is {TAG_NAMES[key.tag]} to YAML, not a text",
                f"put it in quotes: `{quoted}`",
                fix=replacing(f"Write `{quoted}`", key.span, quoted) if key.text else None,
            )
        return key

    def _invalid(self, node: yaml.Node, message: str, help: str = "") -> None:
        span = self._trimmed(Span(node.start_mark.index, node.end_mark.index))
        line_end = self.file.text.find("\n", span.start)
        if 0 <= line_end < span.end:
            span = Span(span.start, line_end)
        self.findings.add(INVALID_YAML, self.file, span, message, help or "write the values out")


# How messages call what YAML 1.1 takes a plain text for.
TAG_NAMES: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "a boolean",
    "null": "nothing",
    "timestamp": "a date",
    "merge": "a merge",
}


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, SequenceNode):
        yield from node.items
    elif isinstance(node, MappingNode):
        for entry in node.entries.values():
            yield entry.value


def _printed_tag(tag: str) -> str:
    return "!!" + tag.removeprefix(_TAG_PREFIX) if tag.startswith(_TAG_PREFIX) else tag


def read_mapping(text: str) -> dict[str, object]:
    """Return a YAML text that is a mapping as Python values, dates as texts. Raises ValueError for anything else."""
    findings = Findings()
    root = compose(SourceFile("", text), findings).root
    if findings.items:
        found = findings.items[0]
        raise ValueError(f"line {found.file.line_column(found.span.start)[0]}: {found.message}")
    if not isinstance(root, MappingNode):
        raise ValueError("it does not begin with a key")  # noqa: TRY004 - the text is wrong, not its type
    return {key: plain_value(entry.value) for key, entry in root.entries.items()}


def plain_value(node: Node) -> object:
    """Return a node as Python values, by YAML's core rules; dates stay texts, for what they mean is the reader's."""
    if isinstance(node, SequenceNode):
        return [plain_value(item) for item in node.items]
    if isinstance(node, MappingNode):
        return {key: plain_value(entry.value) for key, entry in node.entries.items()}
    reader = _READERS.get(node.tag)
    if reader is None:
        return node.text
    try:
        return reader(node.text)
    except ValueError:
        return node.text


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    if ":" in digits:  # YAML 1.1 reads 1:30 in base 60; nobody means that
        raise ValueError(digits)
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
    if digits.startswith(("0x", "0b", "0o")):
        return sign * int(digits, 0)
    return sign * int(digits, 10)


def _number(text: str) -> float:
    digits = text.replace("_", "").lower()
    if ":" in digits:
        raise ValueError(digits)
    if digits.endswith(".inf"):
        return float("-inf") if digits.startswith("-") else float("inf")
    return float("nan") if digits == ".nan" else float(digits)


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "int": _integer,
    "float": _number,
    "bool": lambda text: text.lower() in {"true", "yes", "on"},
    "null": lambda _: None,
}
