"""Finds what can be checked. In: paths that a person gave. Out: packs and KQL files, and what was skipped and why."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.config import NO_CONFIG, Config
from kqlpack.diagnostics import Skipped
from kqlpack.pack.foreign import (
    JSON_MENTIONS,
    JSON_SUFFIXES,
    KQL_SUFFIXES,
    LIST_KEYS,
    MARKDOWN_MENTIONS,
    MARKDOWN_SUFFIXES,
    QUERY_KEYS,
    YAML_SUFFIXES,
)
from kqlpack.source import decode_loosely

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.catalog.profile import Profile

PACK_FILES: Final = ("pack.yaml", "pack.yml")
# The folders of a pack whose YAML files are parts of it.
PARTS: Final = frozenset({"queries", "tests"})
MACROS_SUFFIX: Final = ".j2"
_NOT_ENTERED: Final = frozenset({"node_modules", "__pycache__", "build", "dist"})
_PACK_KEY: Final = r"(?m)^kqlpack\s*:"
_KEYS: Final = "|".join(QUERY_KEYS)
# At the top of a document, in a list, or in a list under one of the keys that people use.
_QUERY_KEY: Final = (
    rf"(?m)^(?:- +)?(['\"]?)(?:{_KEYS})\1\s*:",
    rf"(?ms)(?:^(?:{'|'.join(LIST_KEYS)})\s*:|^- ).*?^ +(?:- +)?(['\"]?)(?:{_KEYS})\1\s*:",
)
# Files of such names are looked into: most have nothing to do with KQL.
_READ_FIRST: Final = {
    **dict.fromkeys(JSON_SUFFIXES, (JSON_MENTIONS, "JSON without a saved search, a rule or a workbook in it")),
    **dict.fromkeys(MARKDOWN_SUFFIXES, (MARKDOWN_MENTIONS, "Markdown without a fence ```kql in it")),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Something to check: a pack (folder or file), or a file of KQL. `only`: the files of the pack asked about.

    `dialect`: where its queries run, whatever the pack says; empty: what the pack says. `pack_path`: where to look
    first for packs that it requires. `profile`: what is known of the workspace that they run in. `config`: what is
    asked of it, file by file.
    """

    path: Path
    is_pack: bool
    only: tuple[Path, ...] = ()
    dialect: str = ""
    pack_path: tuple[Path, ...] = ()
    profile: Profile | None = None
    config: Config = NO_CONFIG

    def asks_for(self, path: str) -> bool:
        """Tell whether a file of the target is asked about, however its path is written."""
        return not self.only or _absolute(path) in map(_absolute, self.only)


@dataclass(slots=True)
class Found:
    """What the paths led to. `refused`: skipped although it was named itself, which no run may hide."""

    targets: list[Target] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    refused: list[Skipped] = field(default_factory=list)


def discover(paths: Iterable[str | os.PathLike[str]]) -> Found:
    """Look at each path: a folder is searched for packs and KQL files, a file is taken as what it is."""
    found = Found()
    seen: dict[str, Target] = {}
    for given in paths:
        if not os.fspath(given):
            # Path("") is the current folder: whose variable is not set does not ask for that.
            found.refused.append(Skipped("", "its name is empty"))
            continue
        path = Path(given)
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            targets = _in_folder(path, found)
        else:
            target = _file(path)
            if isinstance(target, str):
                found.refused.append(Skipped(str(path), target))
                continue
            targets = iter((target,))
        for target in targets:
            # One path may be written in several ways, and a pack named as a whole and by its files.
            key = _absolute(target.path)
            earlier = seen.setdefault(key, target)
            if earlier is not target:
                only = tuple(dict.fromkeys((*earlier.only, *target.only))) if earlier.only and target.only else ()
                seen[key] = replace(earlier, only=only)
    found.targets.extend(seen.values())
    return found


def _absolute(path: str | Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - resolve() would follow links to another name


def _in_folder(folder: Path, found: Found) -> Iterator[Target]:
    if enclosing := _enclosing_pack(folder / "x"):
        yield Target(enclosing, is_pack=True)
        return
    for here, folders, files in os.walk(folder):
        place = Path(here)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_ENTERED)
        if any(name in PACK_FILES for name in files):
            folders[:] = []
            yield Target(place, is_pack=True)
            continue
        for name in sorted(files):
            path = place / name
            suffix = path.suffix.lower()
            if suffix in KQL_SUFFIXES | YAML_SUFFIXES or suffix in _READ_FIRST:
                target = _file(path)
                if isinstance(target, str) and suffix in _READ_FIRST:
                    continue  # most files of such a name have nothing to do with KQL
                if isinstance(target, str):
                    found.skipped.append(Skipped(str(path), target))
                else:
                    yield target


def _file(path: Path) -> Target | str:
    """Return what a file is, or why it can't be checked."""
    if not os.path.exists(path):  # noqa: PTH110 - as above
        return "there is no such file or folder"
    if path.suffix.lower() not in YAML_SUFFIXES and path.suffix.lower() not in _READ_FIRST:
        return target_of(path, "")
    try:
        return target_of(path, decode_loosely(path.read_bytes()))
    except OSError as error:
        return (error.strerror or "it can't be read").lower()


def target_of(path: Path, text: str) -> Target | str:
    """Return what a file of this name that holds this text is, or why it can't be checked."""
    suffix = path.suffix.lower()
    if suffix in KQL_SUFFIXES:
        return Target(path, is_pack=False)
    if suffix == MACROS_SUFFIX and (enclosing := _pack_of_macros(path)):
        return Target(enclosing, is_pack=True, only=(path,))
    if suffix in _READ_FIRST:
        mentions, refused = _READ_FIRST[suffix]
        return Target(path, is_pack=False) if re.search(mentions, text) else refused
    if suffix not in YAML_SUFFIXES:
        return "neither YAML, KQL, JSON nor Markdown by its name"
    if enclosing := _enclosing_pack(path):
        return Target(enclosing, is_pack=True, only=() if path.name in PACK_FILES else (path,))
    if re.search(_PACK_KEY, text) or path.name in PACK_FILES:
        return Target(path, is_pack=True)
    if any(re.search(key, text) for key in _QUERY_KEY):
        return Target(path, is_pack=False)
    return "YAML without `kqlpack: 1` or a `query:` at its top"


def _pack_of_macros(path: Path) -> Path | None:
    """Return the folder of the pack whose macros a file holds; they may lie in folders of their own."""
    for folder in path.parents:
        if folder.name == "macros" and any((folder.parent / name).exists() for name in PACK_FILES):
            return folder.parent
    return None


def _enclosing_pack(path: Path) -> Path | None:
    """Return the folder of the pack that a file belongs to: as its pack.yaml, a query or a file of tests."""
    folder = path.parent
    # `a.yaml` alone is a name in the current folder, whose own name says whether it is a part of a pack.
    if folder.absolute().name in PARTS and any((folder / ".." / name).exists() for name in PACK_FILES):
        return folder.parent if folder.name else Path("..")
    return folder if path.name in PACK_FILES and path.exists() else None
