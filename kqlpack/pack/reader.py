"""Packs from files. In: the path of a folder or a YAML file. Out: `Pack`, which holds what is wrong with it."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kqlpack.catalog.model import Column
from kqlpack.catalog.types import scalar_type
from kqlpack.diagnostics import Annotation
from kqlpack.pack.document import MappingNode, Node, ScalarNode, SequenceNode, compose, plain_value, text_of
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import DUPLICATE_ID, SCHEMA_VIOLATION, UNREADABLE_FILE, Findings
from kqlpack.pack.format import PACK, PACK_NAME, QUERY, TESTS, day
from kqlpack.pack.model import (
    Entity,
    Function,
    Maintainer,
    Pack,
    Publish,
    Query,
    Renderer,
    Requirements,
    TableSchema,
    Watchlist,
)
from kqlpack.pack.parameters import Parameters, read_parameters
from kqlpack.pack.reading import ValueFault, from_node
from kqlpack.pack.scalar import scalar_map, with_plain_line_ends
from kqlpack.pack.tests import read_assignment, read_tests
from kqlpack.pack.value import Kind, ValueType
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike


_PACK_FILE = "pack.yaml"
_SUFFIXES = frozenset({".yaml", ".yml"})


def load(path: str | PathLike[str], render: Renderer | None = None, *, texts: Mapping[str, str] | None = None) -> Pack:
    """Load a pack: a folder with pack.yaml, or one YAML file. Never raises for what the files hold, or for their lack.

    `render` is what `Query.render` calls. `texts` stand for what files of these paths hold.
    """
    return _Loader(Path(path), render, texts or {}).load()


class _Loader:
    """One pack being read."""

    def __init__(self, path: Path, render: Renderer | None, texts: Mapping[str, str]) -> None:
        self.path = path
        self.texts = texts
        self.render = render
        self.findings = Findings()
        self.files: list[SourceFile] = []
        self.macros: dict[str, SourceFile] = {}

    def load(self) -> Pack:
        is_folder = os.path.isdir(self.path)  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        pack_path = self.path / _PACK_FILE if is_folder else self.path
        if is_folder and not pack_path.is_file() and (self.path / "pack.yml").is_file():
            pack_path = self.path / "pack.yml"
        file = self._read(pack_path)
        if file is None:
            empty = SourceFile(str(pack_path), "")
            return Pack(self.path, empty, diagnostics=self.findings.sorted())
        root = self._compose(file)
        if root is None:
            return Pack(self.path, file, files=tuple(self.files), diagnostics=self.findings.sorted())
        PACK.check(root, "a pack", self.findings)
        if is_folder:
            self._read_macros()
        parameters = read_parameters(root.get("parameters"), Parameters(), self.findings)
        queries = self._queries(root, parameters, folder=self.path if is_folder else None)
        functions = self._functions(root, parameters)
        self._check_aliases(queries, functions)
        return Pack(
            self.path,
            file,
            name=text_of(root, "name"),
            version=text_of(root, "version"),
            title=text_of(root, "title"),
            description=text_of(root, "description"),
            log_source=text_of(root, "log_source"),
            dialect=text_of(root, "dialect"),
            license=text_of(root, "license"),
            maintainers=tuple(
                Maintainer(text_of(item, "name"), text_of(item, "contact")) for item in _records(root, "maintainers")
            ),
            tags=_texts(root, "tags"),
            review_by=day(text_of(root, "review_by")),
            max_cost=_count(root, "max_cost"),
            requires=_requirements(root),
            tables=_tables(root),
            watchlists=_watchlists(root),
            parameters=parameters.known,
            functions=functions,
            queries=queries,
            macros=self.macros,
            files=tuple(self.files),
            diagnostics=self.findings.sorted(),
            node=root,
        )

    # ---- files ----

    def _read(self, path: Path) -> SourceFile | None:
        what = "a pack is a folder with pack.yaml in it, or a YAML file" if not self.files else "it is left out"
        file = read_file(path, self.texts, self.findings, what)
        if file is not None:
            self.files.append(file)
        return file

    def _compose(self, file: SourceFile) -> MappingNode | None:
        before = len(self.findings.items)
        root = compose(file, self.findings).root
        if isinstance(root, MappingNode):
            return root
        if len(self.findings.items) == before:
            what = "is empty" if root is None else "does not begin with a key"
            self.findings.add(
                SCHEMA_VIOLATION,
                file,
                Span(0, 0),
                f"the file {what}, where a mapping belongs",
                "begin with `kqlpack: 1`",
            )
        return None

    def _yaml_files(self, folder: Path) -> list[Path]:
        try:
            found = [path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES and _is_meant(path)]
        except OSError:
            return []
        return sorted(found, key=lambda path: path.name)

    def _read_macros(self) -> None:
        folder = self.path / "macros"
        try:
            found = sorted(path for path in folder.rglob("*") if path.suffix == ".j2" and path.is_file())
            real = self.path.resolve() / "macros"
            outside = {path for path in found if not path.resolve().is_relative_to(real)}
        except (OSError, RuntimeError):  # a link that leads to itself is a RuntimeError up to Python 3.12
            return
        for path in found:
            if path in outside:
                name = path.relative_to(self.path).as_posix()
                message = f"`{name}` is a link that leads out of the pack's folder `macros`, so it is not read"
                self.findings.add(
                    UNREADABLE_FILE, SourceFile(str(path), ""), Span(0, 0), message, "put the file itself there"
                )
                continue
            yaml_files = list(self.files)
            file = self._read(path)
            self.files = yaml_files
            if file:
                self.macros[path.relative_to(folder).as_posix()] = file

    # ---- queries ----

    def _queries(self, root: MappingNode, parameters: Parameters, folder: Path | None) -> dict[str, Query]:
        nodes = [node for node in _records(root, "queries") if "query" in node.entries]
        for path in self._yaml_files(folder / "queries") if folder else ():
            file = self._read(path)
            node = self._compose(file) if file else None
            if node:
                QUERY.check(node, "a query", self.findings)
                nodes.append(node)
        queries: dict[str, Query] = {}
        for node in nodes:
            query = self._query(node, parameters)
            if query is None:
                continue
            earlier = queries.get(query.id)
            if earlier:
                self.findings.add(
                    DUPLICATE_ID,
                    node.file,
                    query.span,
                    f"the id `{query.id}` is taken, so that this query can't be addressed and is left out",
                    "give it another id",
                    related=(Annotation(earlier.file, earlier.span, "first here"),),
                )
                continue
            queries[query.id] = query
        if folder:
            self._read_test_files(folder / "tests", queries)
        return queries

    def _query(self, node: MappingNode, inherited: Parameters) -> Query | None:
        id_node, text_node = node.get("id"), node.get("query")
        if not isinstance(text_node, ScalarNode):
            return None
        parameters = read_parameters(node.get("parameters"), inherited, self.findings)
        text, source_map = with_plain_line_ends(text_node.text, scalar_map(text_node))
        query = Query(
            id=id_node.text if isinstance(id_node, ScalarNode) else "",
            text=text,
            map=source_map,
            title=text_of(node, "title"),
            description=text_of(node, "description"),
            severity=text_of(node, "severity"),
            tactics=_texts(node, "tactics"),
            techniques=_texts(node, "techniques"),
            references=_texts(node, "references"),
            tags=_texts(node, "tags"),
            timespan=text_of(node, "timespan"),
            dialect=text_of(node, "dialect"),
            parameters=parameters.known,
            own_parameters=parameters.own,
            faulty_parameters=parameters.faulty,
            columns=_columns(node.get("columns")) if "columns" in node.entries else None,
            entities=_entities(node),
            publish=_publish(node.get("publish")),
            allow_raw=text_of(node, "allow_raw"),
            review_by=day(text_of(node, "review_by")),
            max_cost=_count(node, "max_cost"),
            macros=self.macros,
            span=id_node.span if isinstance(id_node, ScalarNode) else node.key_span("query"),
            node=node,
            _renderer=self.render,
        )
        examples = node.get("examples")
        assignments = [
            read_assignment(item, query, self.findings)
            for item in (examples.items if isinstance(examples, SequenceNode) else ())
            if isinstance(item, MappingNode)
        ]
        tests = read_tests(node.get("tests"), query, self.findings)
        return replace(query, tests=tests, examples=tuple(assignments))

    def _read_test_files(self, folder: Path, queries: dict[str, Query]) -> None:
        for path in self._yaml_files(folder):
            file = self._read(path)
            if file is None:
                continue
            query = queries.get(path.stem)
            if query is None:
                self.findings.add(
                    SCHEMA_VIOLATION,
                    file,
                    Span(0, 0),
                    f"no query of the pack has the id `{path.stem}`, so that these tests test nothing",
                    "name the file after its query's id",
                )
                continue
            root = compose(file, self.findings).root
            # A file of tests is the list itself, or has it under `tests:`.
            node = root.get("tests") if isinstance(root, MappingNode) and "tests" in root.entries else root
            if node is not None:
                TESTS.check(node, "the file of tests", self.findings)
                queries[query.id] = replace(query, tests=query.tests + read_tests(node, query, self.findings))

    def _functions(self, root: MappingNode, parameters: Parameters) -> dict[str, Function]:
        functions: dict[str, Function] = {}
        for node in _records(root, "functions"):
            name, text_node = node.get("name"), node.get("query")
            if not isinstance(name, ScalarNode) or not isinstance(text_node, ScalarNode):
                continue
            text, source_map = with_plain_line_ends(text_node.text, scalar_map(text_node))
            body = Query(
                name.text,
                text,
                source_map,
                title=text_of(node, "title"),
                parameters=parameters.known,
                faulty_parameters=parameters.faulty,
                macros=self.macros,
                span=name.span,
                node=node,
                _renderer=self.render,
            )
            if name.text in functions:
                self.findings.add(
                    DUPLICATE_ID,
                    node.file,
                    name.span,
                    f"the function `{name.text}` is declared twice, and this one is left out",
                    "give it another name",
                    related=(Annotation(node.file, functions[name.text].span, "first here"),),
                )
                continue
            functions[name.text] = Function(
                name.text,
                body,
                self._function_parameters(node),
                title=text_of(node, "title"),
                description=text_of(node, "description"),
                category=text_of(node, "category"),
                span=name.span,
                node=node,
            )
        return functions

    def _check_aliases(self, queries: dict[str, Query], functions: dict[str, Function]) -> None:
        """Report a query whose alias another one, or a function, has: a workspace knows a name once."""
        taken = {name: (one.span, one.body.file, f"the function `{name}`") for name, one in functions.items()}
        for query in queries.values():
            function = query.publish.node.get("function") if query.publish and query.publish.node else None
            alias = function.get("alias") if isinstance(function, MappingNode) else None
            if not isinstance(alias, ScalarNode):
                continue
            place = (alias.span, alias.file, f"the query `{query.id}`")
            first = taken.setdefault(alias.text, place)
            if first is not place:
                span, file, owner = first
                self.findings.add(
                    DUPLICATE_ID,
                    alias.file,
                    alias.span,
                    f"the alias `{alias.text}` is taken by {owner}, so that one of the two would replace the other",
                    "give it another alias",
                    related=(Annotation(file, span, "first here"),),
                )

    def _function_parameters(self, node: MappingNode) -> tuple[tuple[str, str, str | None], ...]:
        result = []
        for item in _records(node, "parameters"):
            type = str(scalar_type(text_of(item, "type")))
            default = item.get("default")
            text = None
            if isinstance(default, ScalarNode) and default.tag == "null" and type not in {"unknown", "string"}:
                text = f"{type}(null)"
            elif default is not None and type != "unknown":
                try:
                    text = from_node(default, ValueType(Kind(type))).to_kql()
                except ValueFault as fault:
                    message = f"the default of `{text_of(item, 'name')}` does not fit: {fault}"
                    self.findings.add(("KQL604", "default-type-mismatch"), item.file, default.span, message, fault.help)
            result.append((text_of(item, "name"), type, text))
        return tuple(result)


# ---- what a checked node holds; anything of the wrong shape counts as absent -----------------------------------------


def _count(node: MappingNode, key: str) -> int | None:
    text = text_of(node, key)
    return int(text) if text.isascii() and text.isdecimal() else None


def _texts(node: MappingNode, key: str) -> tuple[str, ...]:
    value = node.get(key)
    if not isinstance(value, SequenceNode):
        return ()
    return tuple(item.text for item in value.items if isinstance(item, ScalarNode))


def _is_meant(path: Path) -> bool:
    """Tell whether a path is a file, or a link that leads to none: leaving that out in silence would hide a query."""
    return path.is_file() or (path.is_symlink() and not path.is_dir() and not path.name.startswith("."))


def _records(node: MappingNode, key: str) -> tuple[MappingNode, ...]:
    value = node.get(key)
    if not isinstance(value, SequenceNode):
        return ()
    return tuple(item for item in value.items if isinstance(item, MappingNode))


def _text_map(node: Node | None) -> dict[str, str]:
    if not isinstance(node, MappingNode):
        return {}
    return {key: entry.value.text for key, entry in node.entries.items() if isinstance(entry.value, ScalarNode)}


def _columns(node: Node | None) -> tuple[Column, ...]:
    return tuple(Column(name, scalar_type(type)) for name, type in _text_map(node).items())


def _requirements(root: MappingNode) -> Requirements:
    node = root.get("requires")
    if not isinstance(node, MappingNode):
        return Requirements()
    packs = {name: text for name, text in _text_map(node.get("packs")).items() if re.fullmatch(PACK_NAME, name)}
    return Requirements(text_of(node, "kqlpack"), packs)


def _mappings(root: MappingNode, key: str) -> dict[str, MappingNode]:
    node = root.get(key)
    if not isinstance(node, MappingNode):
        return {}
    return {name: entry.value for name, entry in node.entries.items() if isinstance(entry.value, MappingNode)}


def _tables(root: MappingNode) -> dict[str, TableSchema]:
    return {
        name: TableSchema(name, _columns(node.get("columns")), text_of(node, "plan"), text_of(node, "retention"), node)
        for name, node in _mappings(root, "tables").items()
    }


def _watchlists(root: MappingNode) -> dict[str, Watchlist]:
    return {
        name: Watchlist(name, _columns(node.get("columns")), node)
        for name, node in _mappings(root, "watchlists").items()
    }


def _entities(node: MappingNode) -> tuple[Entity, ...]:
    return tuple(Entity(text_of(item, "type"), _text_map(item.get("fields"))) for item in _records(node, "entities"))


def _publish(node: Node | None) -> Publish | None:
    if not isinstance(node, MappingNode):
        return None
    targets: dict[str, Any] = {}
    for key in ("saved_search", "function", "query_pack", "alert", "sentinel_rule"):
        value = node.get(key)
        if isinstance(value, MappingNode):
            targets[key] = plain_value(value)
    hunting = node.get("hunting")
    targets["hunting"] = isinstance(hunting, ScalarNode) and plain_value(hunting) is True
    return Publish(**targets, node=node)
