"""What `kqlpack lock` wrote down. In: a resolved pack, or the file beside it. Out: `Lock`, and its text.

TOML: it reads and merges line by line, as Cargo's and uv's locks do, and Python reads it without a library.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kqlpack.source import SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kqlpack.pack.model import Pack

LOCK_FILE: Final = "kqlpack.lock"
PACK_FILES: Final = ("pack.yaml", "pack.yml")
_FORMAT: Final = 1
_HEAD: Final = (
    "# The versions that the pack was checked with, written by `kqlpack lock`: commit it, and don't edit it.\n"
)


class LockError(ValueError):
    """The file is no lock; the message says why."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A pack as it was taken. `required_by` are the names of the packs that require it."""

    name: str
    version: str
    sha256: str
    required_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """The packs that a pack was locked with, by name."""

    packs: Mapping[str, Locked] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file's text: the same packs give the same bytes."""
        parts = [f"{_HEAD}format = {_FORMAT}\n"]
        for _, one in sorted(self.packs.items()):
            requirers = ", ".join(_quoted(name) for name in one.required_by)
            parts.append(
                f"\n[[pack]]\nname = {_quoted(one.name)}\nversion = {_quoted(one.version)}\n"
                f"sha256 = {_quoted(one.sha256)}\nrequired_by = [{requirers}]\n"
            )
        return "".join(parts)


def lock_path(path: Path) -> Path:
    """Return where the lock of a pack lies: beside its pack.yaml; that of a pack in one file `a.yaml` has its name."""
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        return path / LOCK_FILE
    return path.with_name(LOCK_FILE if path.name in PACK_FILES else f"{path.stem}.{LOCK_FILE}")


def read_lock(path: Path) -> Lock | None:
    """Read a lock; None where there is none. Raises LockError."""
    import tomllib

    try:
        content = tomllib.loads(SourceFile.read(path).text)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockError((error.strerror or str(error)).lower()) from None
    except ValueError as error:  # neither UTF-8 nor TOML
        raise LockError(str(error)) from None
    if content.get("format") != _FORMAT:
        raise LockError(f"it does not say `format = {_FORMAT}`")
    rows = content.get("pack", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LockError("its packs are no `[[pack]]` tables")
    return Lock({one.name: one for one in map(_locked, rows)})


def _locked(row: Mapping[str, Any]) -> Locked:
    texts = [row.get(key) for key in ("name", "version", "sha256")]
    requirers = row.get("required_by", [])
    if not all(isinstance(text, str) for text in texts) or not isinstance(requirers, list):
        raise LockError("a `[[pack]]` in it lacks `name`, `version` or `sha256`")
    name, version, sha256 = map(str, texts)
    return Locked(name, version, sha256, tuple(map(str, requirers)))


def lock_of(pack: Pack) -> Lock:
    """Return the lock of a pack with its dependencies."""
    requirers: dict[str, list[str]] = {one.name: [] for one in pack.dependencies}
    for one in (pack, *pack.dependencies):
        for name in one.requires.packs:
            if name in requirers:
                requirers[name].append(one.name)
    return Lock(
        {
            one.name: Locked(one.name, one.version, fingerprint(one), tuple(sorted(requirers[one.name])))
            for one in pack.dependencies
        }
    )


def fingerprint(pack: Pack) -> str:
    """Return the SHA-256 of all that kqlpack reads of a pack, in the order of its paths; line ends don't count."""
    digest = hashlib.sha256()
    for name, file in sorted(_files(pack), key=lambda one: one[0]):
        text = file.text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass")
        digest.update(f"{name}\n{len(text)}\n".encode("utf-8", "surrogatepass"))
        digest.update(text)
    return digest.hexdigest()


def _files(pack: Pack) -> Iterator[tuple[str, SourceFile]]:
    for file in pack.files:
        is_whole = file is pack.file
        # However the pack's own file is called: it is that one.
        yield PACK_FILES[0] if is_whole else Path(os.path.relpath(file.path, pack.path)).as_posix(), file
    for name, file in pack.macros.items():
        yield f"macros/{name}", file


def _quoted(text: str) -> str:
    # JSON's strings are TOML's.
    return json.dumps(text, ensure_ascii=False)
