"""The packs that a pack requires. In: a pack as it was read, and folders. Out: the pack with them, or what is wrong.

A pack is known by the name and the version that it gives itself. One version of each is taken, as a workspace knows a
function once: the one that is locked, else the highest that fits all who require it, found by trying.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.pack.document import MappingNode, ScalarNode, compose
from kqlpack.pack.files import read_file
from kqlpack.pack.findings import (
    DEPENDENCY_CONFLICT,
    DEPENDENCY_CYCLE,
    DEPENDENCY_DRIFT,
    DEPENDENCY_MISSING,
    DEPENDENCY_UNPINNED,
    VERSION_REQUIRED,
    Findings,
    similar,
)
from kqlpack.pack.lock import PACK_FILES, Lock, LockError, fingerprint, lock_path, read_lock
from kqlpack.pack.reader import load
from kqlpack.pack.versions import Range, RangeError, Version
from kqlpack.source import SourceFile, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kqlpack.pack.document import Entry
    from kqlpack.pack.model import Pack, Query, Renderer

_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_UNREAD: Final = ("", "")
# Packs as people write them have a handful; who has more is told of the first that nothing fits.
_MOST_DEAD_ENDS: Final = 10_000
_ANY: Final = Range.parse("*")


def resolve(
    pack: Pack,
    folders: Sequence[Path],
    *,
    running: str,
    render: Renderer | None = None,
    texts: Mapping[str, str] | None = None,
    use_lock: bool = True,
) -> Pack:
    """Return the pack with its dependencies and with what is wrong about them; never raises for what the files hold.

    `folders` hold packs, or are packs. `running` is the version of kqlpack. `use_lock` False: the highest versions,
    whatever was locked, and no word about that.
    """
    findings = Findings()
    _check_running(pack, running, findings)
    if not pack.requires.packs:
        return _with_findings(pack, findings)
    lock = _read_lock(pack, findings) if use_lock else None
    index = _Index(folders, render, texts or {}, lock)
    search = _Search(pack, index, findings)
    chosen = search.run()
    _check_cycles(pack, chosen, findings)
    if use_lock and not findings.holds(DEPENDENCY_DRIFT):
        _check_lock(pack, chosen, lock, index, findings)
    resolved = {name: one.pack for name, one in chosen.items()}
    within = _importable_within(resolved)
    own, *others = (_with_macros(one, resolved, within) for one in (pack, *resolved.values()))
    return replace(_with_findings(own, findings), dependencies=tuple(others), unresolved=search.unresolved)


def _with_findings(pack: Pack, findings: Findings) -> Pack:
    if not findings.items:
        return pack
    found = (*pack.diagnostics, *findings.items)
    return replace(pack, diagnostics=tuple(sorted(found, key=lambda one: one.sort_key)))


def _check_running(pack: Pack, running: str, findings: Findings) -> None:
    """Report a pack that wants another kqlpack."""
    version = Version.parse(running)
    wanted = _range(pack.requires.kqlpack) if pack.requires.kqlpack else _ANY
    if version is None or wanted.allows(version):
        return
    requires = pack.node.get("requires") if pack.node else None
    node = requires.get("kqlpack") if isinstance(requires, MappingNode) else None
    message = f"the pack requires kqlpack `{wanted}`, and this is {running}, which may read it wrongly"
    help = "install a version that fits, or change the range"
    findings.add(VERSION_REQUIRED, pack.file, node.span if node else Span(0, 0), message, help)


# ---- which packs there are -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A pack that was found, by what it calls itself. `path` is its folder or file."""

    version: Version | None
    path: Path


class _Index:
    """The packs in the folders."""

    def __init__(
        self, folders: Sequence[Path], render: Renderer | None, texts: Mapping[str, str], lock: Lock | None
    ) -> None:
        self.folders = tuple(dict.fromkeys(folders))
        self._render = render
        self._texts = texts
        self._loaded: dict[Path, Pack] = {}
        self._found: dict[str, list[_Candidate]] = {}
        # What may be a pack, and nobody knows which.
        self.unread: list[Path] = []
        for path in dict.fromkeys(path for folder in self.folders for path in packs_in(folder)):
            file = read_file(_own_file(path) or path, texts, Findings(), "")
            header = _header(file.text) if file else _UNREAD
            if header == _UNREAD:
                self.unread.append(path)
            elif header:
                name, version = header
                self._found.setdefault(name, []).append(_Candidate(Version.parse(version), path))
        for name, candidates in self._found.items():
            locked = lock.packs.get(name) if lock else None
            preferred = Version.parse(locked.version) if locked else None
            # Of the same version, the one that was found first.
            candidates.sort(key=lambda one: one.version or Version(0, 0, 0, ("0",)), reverse=True)
            candidates.sort(key=lambda one: preferred is None or one.version != preferred)
            self._found[name] = candidates

    @property
    def names(self) -> list[str]:
        """The names of the packs, sorted."""
        return sorted(self._found)

    def candidates(self, name: str) -> list[_Candidate]:
        """Return the packs of a name, the preferred one first."""
        return self._found.get(name, [])

    def versions(self, name: str) -> list[str]:
        """Return the versions that there are of a pack, the lowest first, for people."""
        known = sorted({one.version for one in self.candidates(name) if one.version})
        unknown = any(one.version is None for one in self.candidates(name))
        return [*map(str, known), *(["one without a version"] if unknown else [])]

    def load(self, candidate: _Candidate) -> Pack:
        """Read a pack in full."""
        if candidate.path not in self._loaded:
            self._loaded[candidate.path] = load(candidate.path, self._render, texts=self._texts)
        return self._loaded[candidate.path]


def packs_in(folder: Path) -> Iterator[Path]:
    """Yield what may be a pack in a folder of packs; or the path itself, when it is one."""
    try:
        if folder.is_file() or _own_file(folder):
            yield folder
            return
        inside = sorted(folder.iterdir())
    except (OSError, ValueError):
        return
    for path in inside:
        if _own_file(path) or (path.suffix.lower() in _SUFFIXES and path.is_file()):
            yield path


def _own_file(folder: Path) -> Path | None:
    """Return the file that makes a folder a pack."""
    return next((folder / name for name in PACK_FILES if (folder / name).is_file()), None)


@lru_cache(maxsize=512)
def _header(text: str) -> tuple[str, str] | None:
    """Return the name and the version that a pack's text gives it; None for another text."""
    if "kqlpack" not in text:
        return None
    findings = Findings()
    root = compose(SourceFile("", text), findings).root
    if root is None and findings.items:
        return _UNREAD
    if not isinstance(root, MappingNode) or "kqlpack" not in root.entries:
        return None
    name, version = root.get("name"), root.get("version")
    if not isinstance(name, ScalarNode):
        return None
    return name.text, version.text if isinstance(version, ScalarNode) else ""


# ---- which of them fit -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Want:
    """That a pack requires another. `via`: the name under the root's own `requires.packs` that led here."""

    asker: Pack
    name: str
    range: Range
    via: str

    @property
    def place(self) -> Annotation:
        """Where it is said."""
        entry = _entry(self.asker, self.name)
        return Annotation(self.asker.file, entry.value.span if entry else Span(0, 0), f"`{self.asker.name}` asks here")


@dataclass(frozen=True, slots=True, eq=False)
class _Chosen:
    """A pack that was taken, and the root's own requirement that it was first taken for."""

    pack: Pack
    via: str


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A choice under way: what is still wanted, what was taken, and all that was wanted so far."""

    wants: list[_Want]
    chosen: dict[str, _Chosen]
    heard: list[_Want]


class _Search:
    """The choice of one version of each pack."""

    def __init__(self, root: Pack, index: _Index, findings: Findings) -> None:
        self.root = root
        self.index = index
        self.findings = findings
        # Packs that can't be had: the rest is chosen as if nobody asked for them.
        self.left_out: set[str] = set()
        self.unresolved: frozenset[str] = frozenset()
        self.clashes: list[list[_Want]] = []

    def run(self) -> dict[str, _Chosen]:
        """Return the packs by name, the nearest first; report those that can't be had."""
        while True:
            self.clashes = []
            chosen = self._solve()
            if chosen is not None:
                return chosen
            wants = next((wants for wants in self.clashes if not self._fitting(wants)), self.clashes[0])
            self._report(wants)
            name = wants[0].name
            self.left_out.add(name)
            self.unresolved |= {name, *(want.via for want in wants)}

    def _solve(self) -> dict[str, _Chosen] | None:
        """Choose for one want after the other, and go back where it leads nowhere; None when nothing fits."""
        open_: list[Iterator[_State]] = [iter([_State(list(_wants(self.root)), {}, [])])]
        dead_ends = 0
        while open_ and dead_ends < _MOST_DEAD_ENDS:
            state = next(open_[-1], None)
            if state is None:
                open_.pop()
                dead_ends += 1
            elif not state.wants:
                return state.chosen
            else:
                open_.append(self._after(state))
        return None

    def _after(self, state: _State) -> Iterator[_State]:
        """Yield what follows when the first want is met: nothing where it can't be, one state for each choice else."""
        want, rest, chosen = state.wants[0], state.wants[1:], state.chosen
        # The root is there, whatever version others want of it; that it is a circle is told elsewhere.
        if want.name in self.left_out or want.name == self.root.name:
            yield _State(rest, chosen, state.heard)
            return
        heard = [*state.heard, want]
        alike = [other for other in heard if other.name == want.name]
        taken = chosen.get(want.name)
        if taken:
            if want.range.allows(Version.parse(taken.pack.version)):
                yield _State(rest, chosen, heard)
            else:
                self.clashes.append(alike)
            return
        fitting = self._fitting(alike)
        for candidate in fitting:
            pack = self.index.load(candidate)
            more = {**chosen, want.name: _Chosen(pack, want.via)}
            yield _State([*rest, *_wants(pack, want.via)], more, heard)
        if not fitting:
            self.clashes.append(alike)

    def _fitting(self, wants: Sequence[_Want]) -> list[_Candidate]:
        candidates = self.index.candidates(wants[0].name)
        return [one for one in candidates if all(want.range.allows(one.version) for want in wants)]

    def _report(self, wants: Sequence[_Want]) -> None:
        first = wants[0]
        place = next((want for want in wants if want.asker is self.root), first)
        is_own = place.asker is self.root
        entry = _entry(self.root, place.name if is_own else place.via)
        related = tuple(want.place for want in wants if want.asker is not self.root)
        versions = self.index.versions(first.name)
        if not versions:
            key = entry.key.span if entry else Span(0, 0)
            who = "the pack requires" if is_own else f"`{first.asker.name}` requires"
            places = ", ".join(f"`{folder}`" for folder in self.index.folders)
            message = f"{who} `{first.name}`, and no pack of that name is in {places}: what it gives is not known"
            meant = similar(first.name, [name for name in self.index.names if name != self.root.name])
            help = f"did you mean `{meant}`?" if meant else "say where it is: `--pack-path DIR`"
            if self.index.unread and not meant:
                help += f"; `{self.index.unread[0]}` can't be read, and may be it: see `kqlpack lint`"
            self.findings.add(DEPENDENCY_MISSING, self.root.file, key, message, help, related=related)
            return
        askers = _listed([f"`{want.asker.name}` requires `{want.range}`" for want in wants])
        there = f"there {'is' if len(versions) == 1 else 'are'} {_listed(versions)}"
        whom = "this" if len(wants) == 1 else "them all"
        message = f"no version of `{first.name}` fits {whom}, so that none is taken: {askers}; {there}"
        span = (entry.value.span if is_own else entry.key.span) if entry else Span(0, 0)
        help = "change a range, or bring a version that fits" if is_own else f"take another version of `{first.via}`"
        self.findings.add(DEPENDENCY_CONFLICT, self.root.file, span, message, help, related=related)


def _wants(pack: Pack, via: str = "") -> Iterator[_Want]:
    for name, text in pack.requires.packs.items():
        yield _Want(pack, name, _range(text), via or name)


def _range(text: str) -> Range:
    try:
        return Range.parse(text)
    except RangeError:
        return _ANY  # the reader has said that it is none


def _entry(pack: Pack, name: str) -> Entry | None:
    """Return the key and the value that name a pack under `requires.packs`."""
    requires = pack.node.get("requires") if pack.node else None
    packs = requires.get("packs") if isinstance(requires, MappingNode) else None
    return packs.entries.get(name) if isinstance(packs, MappingNode) else None


def _key(pack: Pack, name: str) -> Span:
    entry = _entry(pack, name)
    return entry.key.span if entry else Span(0, 0)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# ---- circles ---------------------------------------------------------------------------------------------------------


def _check_cycles(root: Pack, chosen: Mapping[str, _Chosen], findings: Findings) -> None:
    """Report packs that require each other, each circle once."""
    packs = {**{name: one.pack for name, one in chosen.items()}, root.name: root}
    finished: set[str] = set()

    path = [root.name]
    open_ = [iter(root.requires.packs)]
    while open_:
        name = next(open_[-1], None)
        if name is None:
            open_.pop()
            finished.add(path.pop())
        elif name in path:
            circle = " -> ".join(f"`{each}`" for each in (*path[path.index(name) :], name))
            message = f"packs require each other in a circle, so that none can be used without the other: {circle}"
            span = _key(root, path[1] if len(path) > 1 else name)
            findings.add(DEPENDENCY_CYCLE, root.file, span, message, "put what both need into a pack of its own")
        elif name in packs and name not in finished:
            path.append(name)
            open_.append(iter(packs[name].requires.packs))


# ---- the lock --------------------------------------------------------------------------------------------------------


def _read_lock(pack: Pack, findings: Findings) -> Lock | None:
    path = lock_path(pack.path)
    try:
        return read_lock(path)
    except LockError as error:
        message = f"`{path.name}` can't be read, so that nothing is pinned: {error}"
        span = _key(pack, next(iter(pack.requires.packs)))
        findings.add(DEPENDENCY_DRIFT, pack.file, span, message, f"write it anew: `kqlpack lock {pack.path}`")
        return None


def _check_lock(
    root: Pack, chosen: Mapping[str, _Chosen], lock: Lock | None, index: _Index, findings: Findings
) -> None:
    """Report packs that are not what the lock says, and those of which it says nothing."""
    lock_name = lock_path(root.path).name
    again = f"run `kqlpack lock {root.path}`"
    for name, one in chosen.items():
        span = _key(root, one.via)
        locked = lock.packs.get(name) if lock else None
        if locked is None:
            what = f"there is no `{lock_name}` beside the pack" if lock is None else f"`{lock_name}` does not have it"
            message = f"`{name}` is not pinned, so that another version may be taken elsewhere: {what}"
            help = f"{again}, and commit `{lock_name}`"
            findings.add(DEPENDENCY_UNPINNED, root.file, span, message, help, severity=Severity.WARNING)
            continue
        help = f"if that is meant, {again}; if not, bring back what was pinned"
        if locked.version != one.pack.version:
            why = "does not fit what is required" if locked.version in index.versions(name) else "is not there"
            taken = one.pack.version or "one without a version"
            message = f"`{lock_name}` pins `{name}` {locked.version}, which {why}, so that {taken} is taken"
            findings.add(DEPENDENCY_DRIFT, root.file, span, message, help)
        elif locked.sha256 != fingerprint(one.pack):
            message = f"`{name}` {locked.version} is not what `{lock_name}` pins: its files have changed since"
            findings.add(DEPENDENCY_DRIFT, root.file, span, message, help)


# ---- what a dependency gives -----------------------------------------------------------------------------------------


def _with_macros(pack: Pack, resolved: Mapping[str, Pack], within: Mapping[str, Mapping[str, SourceFile]]) -> Pack:
    """Return the pack whose templates may import the macros of the packs that it requires."""
    importable = _importable(pack, resolved)

    def with_them(query: Query) -> Query:
        return replace(query, macros=importable, macros_within=within)

    return replace(
        pack,
        queries={id: with_them(query) for id, query in pack.queries.items()},
        functions={name: replace(one, body=with_them(one.body)) for name, one in pack.functions.items()},
    )


def _importable_within(resolved: Mapping[str, Pack]) -> dict[str, Mapping[str, SourceFile]]:
    """Return, by the path of each file of macros, what it may import: what its pack may."""
    return {
        file.path: importable
        for one in resolved.values()
        for importable in [_importable(one, resolved)]
        for file in one.macros.values()
    }


def _importable(pack: Pack, resolved: Mapping[str, Pack]) -> dict[str, SourceFile]:
    """Return the files of macros that a pack may import: its own, and `name/file` of a pack that it requires itself."""
    borrowed = {
        f"{name}/{path}": file
        for name in pack.requires.packs
        if name in resolved
        for path, file in resolved[name].macros.items()
    }
    return {**borrowed, **pack.macros}


def search_folders(path: Path, given: Iterable[Path], variable: str = "") -> tuple[Path, ...]:
    """Return where a pack's dependencies are looked for: what was given, what the variable lists, then beside it."""
    folder = path.parent if path.name in PACK_FILES else path
    if folder.name in {"", ".."}:
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links to another folder
    return (*given, *(Path(each) for each in variable.split(os.pathsep) if each), folder.parent)
