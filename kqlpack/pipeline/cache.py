"""Remembers what checking a target gave. In: targets. Out: outcomes of earlier runs, where nothing has changed since.

A file of the cache is named after a hash of all that the outcome depends on: kqlpack itself, the options, and the text
of every file of the target. It says besides for which day it holds, if it does not for all, and what the packs were
that lay where a required pack is looked for. It holds no text of a file (of a template with findings, what it
rendered to), and nothing that may show a secret.

Any number of runs may use one cache, and end at any moment: a file is written under another name, and renamed. One that
can't be read is as good as none, and so is a cache that can't be written.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kqlpack.lint import all_rules
from kqlpack.pipeline.compact import UnknownTextError, decode, encode
from kqlpack.source import SourceFile
from kqlpack.source import decode as decode_bytes
from kqlpack.syntax.tables import PATH as PARSE_TABLES
from kqlpack.syntax.tables import in_checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from kqlpack.diagnostics import Annotation
    from kqlpack.lint import Rule
    from kqlpack.pack import Pack, Query
    from kqlpack.pipeline.discover import Target

PACKAGE: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = "KQLPACK_CACHE_DIR"
# Of the format of the files: another number makes the old ones strangers.
_FORMAT: Final = 1
_MOST_BYTES: Final = 128 * 1024 * 1024
# What is left of that when the oldest files have gone, so that not every run has to look.
_KEPT: Final = 0.75
_SECONDS_BETWEEN_LOOKS: Final = 3600
_MANY: Final = 1000
_DAY: Final = 86_400
# Larger files than the loader takes are its to refuse.
_LARGEST_FILE: Final = 20_000_000


def default_folder() -> Path | None:
    """Return where the cache lies: what the variable says, else the system's place for caches; None without a home."""
    if given := os.environ.get(FOLDER):
        return Path(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "kqlpack" / "Cache" if local else None
    # A relative path is to be ignored, says the XDG Base Directory Specification.
    given = os.environ.get("XDG_CACHE_HOME", "")
    if given.startswith("/"):
        return Path(given) / "kqlpack"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / "Library" / "Caches" / "kqlpack" if sys.platform == "darwin" else home / ".cache" / "kqlpack"


def open_cache(folder: Path, rules: Iterable[Rule] | None, today: date) -> Cache:
    """Return the cache in a folder, of what these rules find; None: those of each target's configuration."""
    version = sys.modules["kqlpack"].__version__
    parts = [version, _stamp(), str(sys.version_info[:3]), *(rule.slug for rule in rules or all_rules())]
    return Cache(folder, "\n".join(parts), today.isoformat())


def _stamp() -> str:
    """Return what tells one state of a checkout from another; an installed kqlpack is told by its version."""
    if not in_checkout():
        return ""
    digest = hashlib.blake2b(digest_size=20)
    for here, folders, files in os.walk(PACKAGE):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            if name == PARSE_TABLES.name:
                continue  # they are made from the others, maybe by this very run
            status = Path(here, name).stat()
            digest.update(f"{here}/{name} {status.st_mtime_ns} {status.st_size}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an outcome depends on: the target's files by their paths, and the name of its file in the cache."""

    files: Mapping[str, SourceFile]
    name: str

    @property
    def texts(self) -> dict[str, str]:
        """The files' texts, as the loader takes them: what was hashed is what is checked."""
        return {path: "\ufeff" * file.byte_order_mark + file.text for path, file in self.files.items()}


class _Known(dict[str, SourceFile]):
    """Files by their paths; those of packs that are required, whose hash was looked at, are read when asked for."""

    def __missing__(self, path: str) -> SourceFile:
        self[path] = SourceFile.read(path)
        return self[path]


@dataclass(slots=True)
class Cache:
    """Outcomes of earlier runs. `salt`: what they all depend on; `today`: the day, for those that hold for one only."""

    folder: Path
    salt: str
    today: str
    # What lies in folders of packs does not change while a run looks at it: each is read once.
    _neighbours: dict[tuple[Path, ...], str] = field(default_factory=dict)

    def inputs(self, target: Target, beside: Annotation | None = None) -> Inputs | None:
        """Read a target's files; None for one that can't be remembered. `beside`: a place in another one's file."""
        files: dict[str, SourceFile] = {}
        digest = hashlib.blake2b(digest_size=20)
        asked = [str(path) for path in target.only]
        # How a path that is asked about compares to one that is found depends on the folder that the run is in.
        where = str(Path.cwd()) if asked else ""
        head = [_FORMAT, self.salt, str(target.path), target.is_pack, asked, where, target.dialect]
        # What is asked of the target, and what is known of its workspace.
        head += [repr(target.config), repr(target.profile)]
        head += [beside.file.path, beside.span.start, beside.span.end, beside.file.text] if beside else []
        digest.update(json.dumps(head).encode())
        for path in _files_of(target):
            try:
                data = _read(path)
                text = decode_bytes(data)
            except FileNotFoundError:
                continue
            except (OSError, ValueError):
                return None
            digest.update(f"\n{path}\n{len(data)}\n".encode("utf-8", "surrogatepass"))
            digest.update(data)
            marked = text.startswith("\ufeff")
            files[str(path)] = SourceFile(str(path), text[1:] if marked else text, byte_order_mark=marked)
        return Inputs(files, digest.hexdigest()) if files else None

    def find(self, target: Target, inputs: Inputs, beside: Annotation | None = None) -> Any:
        """Return what was kept in an earlier run, if it holds today; else None."""
        path = self._path(inputs)
        try:
            with open(path, "rb") as stream:
                content = stream.read()
                age = time.time() - os.fstat(stream.fileno()).st_mtime
            checksum, day, neighbours, text = content.split(b"\n", 3)
            if int(checksum, 16) != zlib.crc32(content[len(checksum) :]):
                return None
            if day and day.decode() != self.today:
                return None
            if neighbours and neighbours.decode() != self._neighbours_of(target):
                return None
            outcome = decode(text.decode(), _known(inputs, beside))
        except (OSError, ValueError, TypeError, LookupError):
            return None
        if age > _DAY:
            with suppress(OSError):
                os.utime(path)  # the oldest go first
        return outcome

    def keep(
        self, target: Target, inputs: Inputs, outcome: object, pack: Pack, beside: Annotation | None = None
    ) -> None:
        """Write an outcome down, if it may be. `pack`: what the target's files, with these texts, were read as."""
        known = _known(inputs, beside)
        if any(file.path not in known for file in _read_of(pack)):
            return  # one has come while they were read
        known.update({file.path: file for one in pack.dependencies for file in _read_of(one)})
        try:
            text = encode(outcome, known)
        except UnknownTextError:
            return
        if target.is_pack and _may_show_secret(pack, text):
            return
        day = self.today if _depends_on_day(pack) else ""
        neighbours = self._neighbours_of(target) if pack.requires.packs else ""
        body = f"\n{day}\n{neighbours}\n{text}".encode()
        self._write(self._path(inputs), f"{zlib.crc32(body):08x}".encode() + body)

    def tidy(self, written: int) -> None:
        """Take the oldest files away when there are too many; `written`: how many this run has added, at most."""
        with suppress(OSError):
            looked = self.folder / "looked-at"
            if written < _MANY and looked.exists() and time.time() - looked.stat().st_mtime < _SECONDS_BETWEEN_LOOKS:
                return
            if not self.folder.exists():
                return
            looked.touch()
            _shrink(self.folder, _MOST_BYTES)

    def _neighbours_of(self, target: Target) -> str:
        from kqlpack.pack.resolve import search_folders
        from kqlpack.pipeline.dependence import hash_of_packs
        from kqlpack.pipeline.load import PACK_PATH

        folders = search_folders(target.path, target.pack_path, os.environ.get(PACK_PATH, ""))
        if folders not in self._neighbours:
            self._neighbours[folders] = hash_of_packs(folders)
        return self._neighbours[folders]

    def _path(self, inputs: Inputs) -> str:
        return f"{self.folder}/{inputs.name[:2]}/{inputs.name[2:]}"

    def _write(self, path: str, content: bytes) -> None:
        with suppress(OSError):
            folder = Path(path).parent
            if not folder.exists():
                _make(self.folder)
                folder.mkdir(exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".new-")
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(content)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise


def _files_of(target: Target) -> Iterable[Path]:
    if not target.is_pack:
        return (target.path,)
    from kqlpack.pipeline.dependence import files_at

    return files_at(target.path)


def _read(path: Path) -> bytes:
    """Read a file. Raises OSError, and ValueError for what is no file of its own or too large for the loader."""
    status = os.lstat(path)
    # Where a link leads decides whether it is read at all; a pipe could be read only once.
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_FILE:
        raise ValueError(path)
    with open(path, "rb") as stream:
        return stream.read()


def _known(inputs: Inputs, beside: Annotation | None) -> _Known:
    known = _Known(inputs.files)
    if beside:
        known[beside.file.path] = beside.file
    return known


def _read_of(pack: Pack) -> Iterator[SourceFile]:
    yield from pack.files
    yield from pack.macros.values()


def _depends_on_day(pack: Pack) -> bool:
    reviewed: list[Pack | Query] = [pack, *pack.queries.values()]
    return any(one.review_by for one in reviewed) or any("until=" in file.text for file in pack.files)


def _may_show_secret(pack: Pack, text: str) -> bool:
    from kqlpack.pipeline.dependence import may_show_secret

    return may_show_secret(pack, text)


def _make(folder: Path) -> None:
    """Make the cache's folder, for its owner alone; neither git nor a backup has use for it."""
    if folder.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    (folder / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n", encoding="utf-8")


def _shrink(folder: Path, most: int) -> None:
    """Take away what an ended run has left half written, and the oldest files where all are larger than `most`."""
    found = []
    now = time.time()
    for part in os.scandir(folder):
        if not part.is_dir() or len(part.name) != 2:
            continue
        for entry in os.scandir(part):
            status = entry.stat()
            if not entry.name.startswith(".new-"):
                found.append((status.st_mtime, status.st_size, entry.path))
            elif now - status.st_mtime > _SECONDS_BETWEEN_LOOKS:
                with suppress(OSError):
                    Path(entry.path).unlink()
    total = sum(size for _, size, _ in found)
    if total <= most:
        return
    for _, size, path in sorted(found):
        if total <= most * _KEPT:
            return
        with suppress(OSError):  # another run may have been faster
            Path(path).unlink()
        total -= size
