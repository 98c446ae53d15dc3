"""Other people's files as packs. In: a kind and files. Out: `Adopted`: a pack's files, and what they do not keep.

A query's text stays as it is, but for its placeholders, which become typed parameters, and for the ends of its lines.
Its template is rendered and parsed before it is taken; where that fails the query comes without its placeholders'
meaning, and that is said.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kqlpack.convert.guess import Hint
from kqlpack.convert.msticpy import read_msticpy
from kqlpack.convert.placeholders import Style
from kqlpack.convert.sentinel import lost_keys, rule_of
from kqlpack.convert.translation import Declared, Translation, translate, untouched
from kqlpack.pack import ValueType
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import Findings
from kqlpack.pack.foreign import load_foreign
from kqlpack.pack.reading import parse_text
from kqlpack.pack.scalar import with_plain_line_ends
from kqlpack.pack.write import to_yaml
from kqlpack.source import SourceFile, SourceMap
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.pack import Query

KINDS: Final = ("sentinel", "arm", "saved-search", "msticpy", "kql")


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the pack does not keep, or that a person should look at."""

    query: str
    text: str


@dataclass(slots=True)
class Adopted:
    """A pack: its files by their path in the pack's folder. `diagnostics` are faults of the files that were read."""

    name: str
    files: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    queries: int = 0


@dataclass(slots=True)
class _Pack:
    """The pack being put together."""

    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: list[dict[str, Any]] = field(default_factory=list)
    dialects: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def note(self, query: str, text: str) -> None:
        note = Note(query, text)
        if note not in self.notes:
            self.notes.append(note)


def adopt(kind: str, paths: Iterable[Path], name: str = "", title: str = "") -> Adopted:
    """Make a pack of files. `name` empty: made from the first file's."""
    pack = _Pack()
    given = list(paths)
    for path in given:
        for query, style, hints in _read(kind, path, pack):
            _add(pack, query, style, hints)
    slug = _slug(name or (given[0].stem if given else "")) or "imported"
    head = {
        "kqlpack": 1,
        "name": slug,
        "version": "1.0.0",
        "title": title or name or (given[0].stem.replace("_", " ") if given else slug),
    }
    dialects = pack.dialects - {""}
    if len(pack.dialects) == 1 and dialects:
        head["dialect"] = dialects.pop()
        for entry in pack.queries.values():
            entry.pop("dialect", None)
    if pack.functions:
        head["functions"] = pack.functions
    files = {"pack.yaml": to_yaml(head)}
    files.update({f"queries/{id}.yaml": to_yaml(entry) for id, entry in pack.queries.items()})
    count = len(pack.queries) + len(pack.functions)
    return Adopted(slug, files, pack.notes, pack.diagnostics, count)


# ---- reading ---------------------------------------------------------------------------------------------------------


def _read(kind: str, path: Path, pack: _Pack) -> Iterator[tuple[Query, Style, Mapping[str, Hint]]]:
    if kind == "msticpy":
        findings = Findings()
        file = read_file(path, {}, findings, "name a YAML file of msticpy's queries")
        for source in read_msticpy(file, findings) if file else ():
            if source.reason:
                pack.note(source.query.id, f"it was left out: {source.reason}")
                continue
            yield source.query, Style.MSTICPY, source.hints
        pack.diagnostics.extend(findings.sorted())
        return
    loaded = load_foreign(path)
    pack.diagnostics.extend(loaded.diagnostics)
    for one in loaded.unread:
        pack.note(one.name, f"it was left out: {one.reason}")
    for query in loaded.queries.values():
        if query.markers is None:
            yield query, Style.HAND, {}
        else:
            yield query, Style.WORKBOOK, {name: Hint(type) for name, type in query.markers.items()}


# ---- one query -------------------------------------------------------------------------------------------------------


def _add(pack: _Pack, query: Query, style: Style, hints: Mapping[str, Hint]) -> None:
    id = _free(_slug(query.title or query.id) or "query", pack.queries)
    text, _ = with_plain_line_ends(query.text, SourceMap.identity(SourceFile("", query.text)))
    text = _tidy(text)
    made = _translated(pack, id, text, style, hints)
    if query.markers is None and query.node is not None and style is Style.HAND:
        for lost in lost_keys(query.node):
            pack.note(id, lost)
    pack.dialects.add(query.dialect)
    pack.queries[id] = _entry(id, query, made)


def _translated(pack: _Pack, id: str, text: str, style: Style, hints: Mapping[str, Hint]) -> Translation:
    made = translate(text, style, hints)
    if made is None:
        pack.note(id, "what its placeholders stand for can't be told, and they stay as they are")
        return untouched(text)
    for lost in made.lost:
        pack.note(id, lost)
    return made


def _entry(id: str, query: Query, made: Translation) -> dict[str, Any]:
    """Return the query's mapping, in the order in which people write it."""
    entry: dict[str, Any] = {"id": id}
    entry["title"] = query.title or query.id.replace("_", " ")
    if query.description.strip():
        entry["description"] = _paragraph(query.description)
    if query.severity in {"high", "medium", "low", "informational"}:
        entry["severity"] = query.severity
    for key, values in (("tactics", query.tactics), ("techniques", query.techniques), ("tags", query.tags)):
        if values:
            entry[key] = list(values)
    if query.timespan:
        entry["timespan"] = query.timespan
    if query.dialect:
        entry["dialect"] = query.dialect
    if made.parameters:
        entry["parameters"] = {one.name: _declaration(one) for one in made.parameters}
    entry["query"] = made.text
    if query.entities:
        entry["entities"] = [{"type": one.type, "fields": dict(one.fields)} for one in query.entities]
    published = _published(query)
    if published:
        entry["publish"] = published
    return entry


def _published(query: Query) -> dict[str, Any]:
    publish = query.publish
    if publish is None:
        return {}
    found: dict[str, Any] = {}
    for key in ("saved_search", "function", "query_pack"):
        value = getattr(publish, key)
        if value is not None:
            found[key] = dict(value)
    if publish.hunting:
        found["hunting"] = True
    if publish.sentinel_rule is not None:
        found["sentinel_rule"] = rule_of(query) if query.node is not None else dict(publish.sentinel_rule)
    return found


def _declaration(one: Declared) -> dict[str, Any]:
    found: dict[str, Any] = {"type": one.type}
    if one.default is not None:
        found["default"] = _default(one)
    found["description"] = one.description.strip() or f"What stood as `{one.was}`."
    return found


def _default(one: Declared) -> object:
    type = ValueType.parse(one.type)
    if type is None or one.default is None:
        return one.default
    value = parse_text(one.default, type)
    if type.is_list and isinstance(value.value, tuple):
        return [item if isinstance(item, (bool, int, float)) else str(item) for item in value.value]
    return value.value if isinstance(value.value, (bool, int, float)) else one.default


def _tidy(text: str) -> str:
    """Take off white space at the ends of lines, unless a text holds it, and blank lines around the query."""
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    tidy = "\n".join(line[indent:] for line in lines) + "\n"
    return tidy if _tokens(tidy) == _tokens(text) else text


def _tokens(text: str) -> list[str]:
    return [token.text for token in parse(SourceFile("", text)).tokens]


def _paragraph(text: str) -> str:
    """Return a description without the quotes that Microsoft Sentinel's files put around theirs."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == "'" and "'" not in stripped[1:-1]:
        stripped = stripped[1:-1].strip()
    lines = [line.rstrip() for line in stripped.splitlines()]
    return "\n".join(lines) + ("\n" if len(lines) > 1 else "")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


def _free(id: str, taken: Iterable[str]) -> str:
    known = set(taken)
    wanted, count = id, 1
    while wanted in known:
        count += 1
        wanted = f"{id}-{count}"
    return wanted
