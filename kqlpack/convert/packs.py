"""Other people's files as packs. In: a kind and files. Out: `Adopted`: a pack's files, and what they do not keep.

A query's text stays as it is, but for its placeholders, which become typed parameters, and for the ends of its lines.
Its template is rendered and parsed before it is taken; where that fails the query comes without its placeholders'
meaning, and that is said.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kqlpack.convert.adoptable import Adoptable
from kqlpack.convert.functions import declared
from kqlpack.convert.guess import Hint
from kqlpack.convert.msticpy import read_msticpy
from kqlpack.convert.placeholders import Style
from kqlpack.convert.resources import from_resource
from kqlpack.convert.sentinel import from_yaml
from kqlpack.convert.translation import Declared, Translation, translate, untouched
from kqlpack.pack import ValueType
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import Findings
from kqlpack.pack.foreign import JSON_SUFFIXES, KQL_SUFFIXES, YAML_SUFFIXES, load_foreign
from kqlpack.pack.format.query import SEVERITIES
from kqlpack.pack.kql_header import Headed, read_header
from kqlpack.pack.reading import parse_text
from kqlpack.pack.scalar import with_plain_line_ends
from kqlpack.pack.write import to_yaml
from kqlpack.source import SourceFile, SourceMap
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class _Source:
    """A query that was read. `is_alone`: its file holds no other; `is_template`: the file is an ARM template."""

    query: Query
    style: Style = Style.HAND
    hints: Mapping[str, Hint] = field(default_factory=dict)
    is_alone: bool = False
    is_template: bool = False

    def adoptable(self, pack: str) -> Adoptable:
        """Say in a pack's own words what the query is; `pack` is the name of the pack to be."""
        query = self.query
        suffix = Path(query.file.path).suffix.lower()
        if self.style is Style.HAND and query.markers is None:
            if query.node is not None and suffix in YAML_SUFFIXES:
                return from_yaml(query.node, pack, is_alone=self.is_alone)
            if query.node is not None and suffix in JSON_SUFFIXES:
                return from_resource(query.node, pack, is_template=self.is_template, query=query.text)
            if suffix in KQL_SUFFIXES and (headed := read_header(_with_plain_line_ends(query.text))):
                return _headed(headed)
        return Adoptable(
            query.title,
            query.description,
            query.severity if query.severity in SEVERITIES else "",
            list(query.tactics),
            list(query.techniques),
            list(query.tags),
            query.timespan,
        )


def _headed(headed: Headed) -> Adoptable:
    """Return what the comment at the top of a `.kql` file says."""
    found = Adoptable(headed.title, headed.description, owner=headed.owner, text=headed.text)
    if headed.owner.function:
        found.function = headed.owner.function
        found.parameters, found.reason = declared(headed.parameters)
    return found


@dataclass(slots=True)
class _Pack:
    """The pack being put together."""

    name: str = ""
    title: str = ""
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    owned: dict[str, str] = field(default_factory=dict)
    versions: set[str] = field(default_factory=set)
    dialects: set[str] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def note(self, query: str, text: str) -> None:
        note = Note(query, text)
        if note not in self.notes:
            self.notes.append(note)


def adopt(
    kind: str,
    paths: Iterable[Path],
    name: str = "",
    title: str = "",
    split: Callable[[str], Sequence[str]] | None = None,
) -> Adopted:
    """Make a pack of files. `name` empty: that of the pack that they were built of, or made from the first file's.

    `split` parts a text of several queries.
    """
    pack = _Pack()
    given = list(paths)
    sources = [part for path in given for source in _read(kind, path, pack) for part in _parted(source, split)]
    owners = {found.owner.pack if found.owner else "" for found in (source.adoptable("") for source in sources)}
    name = name or (owners.pop() if len(owners) == 1 else "")
    stem = given[0].stem if given else ""
    pack.name = _slug(name or stem) or "imported"
    pack.title = title or name or stem.replace("_", " ").strip() or pack.name
    read = [(source, source.adoptable(pack.name)) for source in sources]
    # Functions first: a query does not get the alias that a function has.
    for source, found in sorted(read, key=lambda one: not one[1].function):
        _add(pack, source, found)
    head = {
        "kqlpack": 1,
        "name": pack.name,
        "version": pack.versions.pop() if len(pack.versions) == 1 else "1.0.0",
        "title": pack.title,
    }
    dialects = pack.dialects - {""}
    if len(pack.dialects) == 1 and dialects:
        head["dialect"] = dialects.pop()
        for entry in pack.queries.values():
            entry.pop("dialect", None)
    if pack.functions:
        head["functions"] = [pack.functions[name] for name in sorted(pack.functions)]
    files = {"pack.yaml": to_yaml(head)}
    files.update({f"queries/{id}.yaml": to_yaml(entry) for id, entry in pack.queries.items()})
    count = len(pack.queries) + len(pack.functions)
    return Adopted(pack.name, files, pack.notes, pack.diagnostics, count)


# ---- reading ---------------------------------------------------------------------------------------------------------


def _read(kind: str, path: Path, pack: _Pack) -> Iterator[_Source]:
    if kind == "msticpy":
        findings = Findings()
        file = read_file(path, {}, findings, "name a YAML file of msticpy's queries")
        for source in read_msticpy(file, findings) if file else ():
            if source.reason:
                pack.note(source.query.id, f"it was left out: {source.reason}")
                continue
            yield _Source(source.query, Style.MSTICPY, source.hints)
        pack.diagnostics.extend(findings.sorted())
        return
    loaded = load_foreign(path)
    pack.diagnostics.extend(loaded.diagnostics)
    for one in loaded.unread:
        pack.note(one.name, f"it was left out: {one.reason}")
    is_alone = len(loaded.queries) == 1
    is_template = bool(re.search(r'"(?:\$schema|contentVersion)"\s*:', loaded.file.text))
    for query in loaded.queries.values():
        if query.markers is None:
            yield _Source(query, is_alone=is_alone, is_template=is_template)
        else:
            yield _Source(query, Style.WORKBOOK, {name: Hint(type) for name, type in query.markers.items()})


def _parted(source: _Source, split: Callable[[str], Sequence[str]] | None) -> Iterator[_Source]:
    """Yield the queries of a `.kql` file; a file that kqlpack wrote holds one."""
    query = source.query
    text = _with_plain_line_ends(query.text)
    is_kql = query.node is None and Path(query.file.path).suffix.lower() in KQL_SUFFIXES
    texts = split(text) if split and is_kql and not read_header(text) else ()
    if len(texts) < 2:
        yield source
        return
    for count, part in enumerate(texts, 1):
        yield replace(source, query=replace(query, id=f"{query.id} {count}", text=part, markers=None))


# ---- one query -------------------------------------------------------------------------------------------------------


def _add(pack: _Pack, source: _Source, found: Adoptable) -> None:
    query = source.query
    title = " ".join((found.title or query.title or query.id.replace("_", " ")).split())
    text = found.text if found.text is not None else query.text
    text = _tidy(_with_plain_line_ends(text))
    pack.versions |= {found.version} - {""}
    if not text.strip():
        found.reason = "it is empty"
    if found.reason:
        pack.note(found.function or title, f"it was left out: {found.reason}")
        return
    if found.function:
        _add_function(pack, found, title, text)
        return
    own = found.owner.query if found.owner else ""
    id = own or _slug(title) or "query"
    if found.owner is None or pack.owned.get(found.owner.key) != id:
        id = _free(id, pack.queries)
    _check_alias(pack, id, found)
    made = _translated(pack, id, text, source.style, source.hints)
    for lost in found.lost:
        pack.note(id, lost)
    pack.dialects.add(query.dialect)
    entry = _entry(pack, id, title, found, made, query.dialect)
    if found.owner:
        pack.owned.setdefault(found.owner.key, id)
    if id not in pack.queries:
        pack.queries[id] = entry
    elif (merged := _merged(pack.queries[id], entry)) is not None:
        pack.queries[id] = merged
    else:
        id = _free(id, pack.queries)
        pack.queries[id] = {**entry, "id": id}


def _add_function(pack: _Pack, found: Adoptable, title: str, text: str) -> None:
    entry: dict[str, Any] = {"name": found.function}
    if found.title.strip() and title != found.function:
        entry["title"] = title
    if found.description.strip():
        entry["description"] = _paragraph(found.description)
    if found.category and found.category != pack.title:
        entry["category"] = found.category
    if found.parameters:
        entry["parameters"] = found.parameters
    entry["query"] = untouched(text).text
    for lost in _lost_by_function(found):
        pack.note(found.function, lost)
    if pack.functions.setdefault(found.function, entry) != entry:
        pack.note(found.function, "it was left out: the pack has another function of this name already")


def _lost_by_function(found: Adoptable) -> Iterator[str]:
    yield from found.lost
    for name in ("tactics", "techniques", "tags", "severity"):
        if getattr(found, name):
            yield f"its `{name}` {'is' if name == 'severity' else 'are'} not kept: a pack's function has none"


def _check_alias(pack: _Pack, id: str, found: Adoptable) -> None:
    """Take the alias from a query where another one has it: a workspace knows a name once."""
    function = found.publish.get("function")
    if function is None:
        return
    others = [one.get("publish", {}).get("function", {}).get("alias") for key, one in pack.queries.items() if key != id]
    if function["alias"] in others or function["alias"] in pack.functions:
        del found.publish["function"]
        pack.note(id, f"its alias `{function['alias']}` is not kept: something else in the pack has it already")


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any] | None:
    """Make one query of what was built of one: a hunting query, and a saved search or a rule; None: they are two."""
    if first == second:
        return first
    hunting = next((one for one in (first, second) if one.get("publish", {}).get("hunting")), None)
    other = second if hunting is first else first
    if hunting is None or hunting["query"] != other["query"] or other.get("publish", {}).get("hunting"):
        return None
    publish = dict(other.get("publish") or {"saved_search": {}})
    target = next((key for key in ("saved_search", "function") if key in publish), None)
    if target and other["title"] != hunting["title"]:
        publish[target] = {**publish[target], "display_name": other["title"]}
    merged = {**other, **hunting, "publish": {**publish, "hunting": True}}
    merged["publish"] = {key: merged["publish"][key] for key in _PUBLISHED if key in merged["publish"]}
    return {key: merged[key] for key in _KEYS if key in merged}


def _translated(pack: _Pack, id: str, text: str, style: Style, hints: Mapping[str, Hint]) -> Translation:
    made = translate(text, style, hints)
    if made is None:
        pack.note(id, "what its placeholders stand for can't be told, and they stay as they are")
        return untouched(text)
    for lost in made.lost:
        pack.note(id, lost)
    return made


# In the order in which people write them.
_KEYS: Final = tuple(
    "id title description severity tactics techniques tags timespan dialect parameters query entities publish".split()
)
_PUBLISHED: Final = ("saved_search", "function", "query_pack", "hunting", "alert", "sentinel_rule")


def _entry(pack: _Pack, id: str, title: str, found: Adoptable, made: Translation, dialect: str) -> dict[str, Any]:
    """Return the query's mapping; what is empty is left out."""
    description = _paragraph(found.description) if found.description.strip() else ""
    entry: dict[str, Any] = {
        "id": id,
        "title": title,
        "description": description if description.strip() != title else "",
        "severity": found.severity,
        "tactics": found.tactics,
        "techniques": found.techniques,
        "tags": found.tags,
        "timespan": found.timespan,
        "dialect": dialect,
        "parameters": {one.name: _declaration(one) for one in made.parameters},
        "query": made.text,
        "entities": found.entities,
        "publish": _published(pack, found),
    }
    return {key: value for key, value in entry.items() if value or key == "query"}


def _published(pack: _Pack, found: Adoptable) -> dict[str, Any]:
    """Return `publish:`; a category that is the pack's title is what a build gives by itself."""
    publish = dict(found.publish)
    for key in ("saved_search", "function"):
        if publish.get(key, {}).get("category") == pack.title:
            publish[key] = {name: value for name, value in publish[key].items() if name != "category"}
    if publish == {"saved_search": {}}:
        return {}
    return {key: publish[key] for key in _PUBLISHED if key in publish}


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


def _with_plain_line_ends(text: str) -> str:
    return with_plain_line_ends(text, SourceMap.identity(SourceFile("", text)))[0]


def _tidy(text: str) -> str:
    """Take off white space at the ends of lines and blank lines around the query, as far as no text holds them."""
    wanted = _tokens(text)
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    indent = min((len(line) - len(line.lstrip(" ")) for line in lines if line), default=0)
    candidates = ["\n".join(line[indent:] for line in lines) + "\n", text.strip() + "\n"]
    return next((one for one in candidates if _tokens(one) == wanted), text)


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
