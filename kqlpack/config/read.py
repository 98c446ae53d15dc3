"""Reads a file of configuration, with what it inherits. In: a path. Out: a `Config`, or a `ConfigError` with places."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kqlpack.config.faults import RULE, ConfigError, fault, shown
from kqlpack.config.find import PYPROJECT
from kqlpack.config.globs import Glob
from kqlpack.config.keys import CONFIG
from kqlpack.config.model import NO_CONFIG, Choice, Config, Override
from kqlpack.config.toml import compose
from kqlpack.lint import all_rules
from kqlpack.pack.document import MappingNode, ScalarNode, SequenceNode
from kqlpack.pack.findings import Findings
from kqlpack.source import SourceFile, Span, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic


def read(path: Path) -> Config:
    """Read a file; raises ConfigError, with everything that is wrong in the file."""
    return _read(path, ())


def own_table(path: Path) -> MappingNode | None:
    """Return the table of a file that is kqlpack's: the file, or `[tool.kqlpack]`; None where a file has none."""
    if path.name != PYPROJECT:
        return compose(_source(path))
    # Most files of this name have nothing of ours, and what is wrong in them is not ours to tell.
    try:
        file = _source(path)
    except ConfigError:
        return None
    if "kqlpack" not in file.text:
        return None
    root = compose(file)
    tool = root.get("tool")
    own = tool.get("kqlpack") if isinstance(tool, MappingNode) else None
    if own is not None and not isinstance(own, MappingNode):
        raise ConfigError(
            [fault(file, own.span, "`kqlpack` is no table, so that nothing is set", "write `[tool.kqlpack]`")]
        )
    return own


def _source(path: Path) -> SourceFile:
    name = shown(path)
    try:
        file = SourceFile.read(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"`{name}` can't be read, so that nothing is known of what it asks for: {reason}"
        raise ConfigError([fault(SourceFile(name, ""), Span(0, 0), message, "name a file that is there")]) from None
    except UnicodeDecodeError as error:
        message = f"the file {explain(error)}, so that nothing of it is read"
        raise ConfigError([fault(SourceFile(name, ""), Span(0, 0), message, "save it as UTF-8")]) from None
    return SourceFile(name, file.text)


def _read(path: Path, children: tuple[Path, ...]) -> Config:
    table = own_table(path)
    if table is None:
        file = SourceFile(shown(path), "")
        message = f"`{file.path}` has no `[tool.kqlpack]`, so that there is nothing to take from it"
        raise ConfigError([fault(file, Span(0, 0), message, "write the table, or name another file")])
    findings = Findings()
    CONFIG.check(table, "the configuration", findings)
    if findings.items:
        raise ConfigError([replace(one, code="", rule=RULE, fix=None) for one in findings.sorted()])
    return _Reader(path, table).config((*children, path))


class _Reader:
    """Turns a table that was checked into a configuration."""

    def __init__(self, path: Path, table: MappingNode) -> None:
        self.path = path
        self.folder = path.parent
        self.table = table

    def config(self, chain: tuple[Path, ...]) -> Config:
        inherited = self._inherited(chain)
        faults = list(self._missing_folders())
        if faults:
            raise ConfigError(faults)
        metadata = self.table.get("metadata")
        required = _texts(metadata, "required") if isinstance(metadata, MappingNode) else ()
        baseline = _text(self.table, "baseline")
        return Config(
            source=self.table.file.path,
            choices=(*inherited.choices, _choice(self.table)),
            severity=(*inherited.severity, *_severities(self.table)),
            dialect=_text(self.table, "dialect") or inherited.dialect,
            overrides=(*inherited.overrides, *self._overrides()),
            exclude=(*inherited.exclude, *self._globs(self.table, "exclude")),
            pack_path=tuple(Path(shown(self.folder / name)) for name in _texts(self.table, "pack-path"))
            or inherited.pack_path,
            required_metadata=required or inherited.required_metadata,
            fail_on=_text(self.table, "fail-on") or inherited.fail_on,
            format=_text(self.table, "format") or inherited.format,
            baseline=Path(shown(self.folder / baseline)) if baseline else inherited.baseline,
        )

    def _inherited(self, chain: tuple[Path, ...]) -> Config:
        node = self.table.get("extend")
        if not isinstance(node, ScalarNode):
            return NO_CONFIG
        path = Path(os.path.abspath(self.folder / node.text))  # noqa: PTH100 - as the paths that are checked
        if path in chain:
            way = " -> ".join(f"`{shown(one)}`" for one in (*chain[chain.index(path) :], path))
            message = f"`extend` leads back to a file that extends this one ({way}), so that there is no end to it"
            raise ConfigError([fault(node.file, node.span, message, "take one of them out")])
        if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises for a name that is too long
            message = f"there is no file `{node.text}` to inherit from, so that nothing is known of what it asks for"
            help = "write its path from this file's folder"
            raise ConfigError([fault(node.file, node.span, message, help)])
        return _read(path, chain)

    def _missing_folders(self) -> Iterator[Diagnostic]:
        listed = self.table.get("pack-path")
        for item in listed.items if isinstance(listed, SequenceNode) else ():
            if isinstance(item, ScalarNode) and not os.path.exists(self.folder / item.text):  # noqa: PTH110 - as above
                message = f"there is no `{item.text}`, so that no pack is found in it"
                yield fault(item.file, item.span, message, "write its path from this file's folder")

    def _overrides(self) -> Iterator[Override]:
        listed = self.table.get("overrides")
        for item in listed.items if isinstance(listed, SequenceNode) else ():
            if isinstance(item, MappingNode):
                globs = tuple(self._globs(item, "paths"))
                yield Override(globs, _choice(item), tuple(_severities(item)), _text(item, "dialect"))

    def _globs(self, table: MappingNode, key: str) -> Iterator[Glob]:
        yield from (Glob(self.folder, text) for text in _texts(table, key))


def _choice(table: MappingNode) -> Choice:
    return Choice(_texts(table, "select"), _texts(table, "extend-select"), _texts(table, "ignore"))


def _severities(table: MappingNode) -> Iterator[tuple[str, str]]:
    slugs = {rule.code: rule.slug for rule in all_rules()}
    listed = table.get("severity")
    for name, entry in listed.entries.items() if isinstance(listed, MappingNode) else ():
        if isinstance(entry.value, ScalarNode):
            yield slugs.get(name, name), entry.value.text


def _text(table: MappingNode, key: str) -> str:
    node = table.get(key)
    return node.text if isinstance(node, ScalarNode) else ""


def _texts(table: MappingNode, key: str) -> tuple[str, ...]:
    node = table.get(key)
    items = node.items if isinstance(node, SequenceNode) else ()
    return tuple(item.text for item in items if isinstance(item, ScalarNode))
