"""What the outcome of checking a pack depends on. In: a pack's place, or the pack. Out: its files, and what they say.

A rule that comes to read another file of a pack, say a fixture, has to have it named here; a test looks after that.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.pack.lock import PACK_FILES, lock_path
from kqlpack.pack.resolve import packs_in
from kqlpack.pack.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.pack import Pack, Parameter, Query

_SUFFIXES: Final = frozenset({".yaml", ".yml"})
# What no way of quoting changes, and is long enough to tell one value from another.
_RUN: Final = re.compile(r"[A-Za-z0-9]{3,}")


def files_at(path: Path) -> Iterator[Path]:
    """Yield all files that are read of a pack, those that are not there included; and links, wherever they lead to."""
    yield lock_path(path)
    if not path.is_dir():
        yield path
        return
    for name in PACK_FILES:
        yield path / name
    for folder in ("queries", "tests"):
        yield from _files_in(path / folder, _SUFFIXES, deep=False)
    yield from _files_in(path / "macros", frozenset({".j2"}), deep=True)


def _files_in(folder: Path, suffixes: frozenset[str], *, deep: bool) -> Iterator[Path]:
    if folder.is_symlink():
        yield folder
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except OSError:
        return
    for entry in entries:
        if deep and entry.is_dir(follow_symlinks=False):
            yield from _files_in(folder / entry.name, suffixes, deep=True)
        elif entry.is_symlink() or Path(entry.name).suffix.lower() in suffixes:
            yield folder / entry.name


def hash_of_packs(folders: Iterable[Path]) -> str:
    """Return a hash of all packs in these folders."""
    digest = hashlib.blake2b(digest_size=20)
    for folder in folders:
        digest.update(f"{folder}\n".encode("utf-8", "surrogatepass"))
        for pack in packs_in(folder):
            for path in files_at(pack):
                # What can't be read may change unseen: no two runs see the same.
                data = None
                with suppress(OSError):
                    data = path.read_bytes() if path.is_file() else b""
                head = f"\n{path}\n{time.time_ns() if data is None else len(data)}\n"
                digest.update(head.encode("utf-8", "surrogatepass"))
                digest.update(data or b"")
    return digest.hexdigest()


def may_show_secret(pack: Pack, text: str) -> bool:
    """Tell whether a secret parameter's own value, or a part of one, may stand in a text."""
    for one in (pack, *pack.dependencies):
        queries = [*one.queries.values(), *(function.body for function in one.functions.values())]
        is_faulty = any(query.faulty_parameters for query in queries)
        if is_faulty and any("secret" in file.text for file in one.files):
            return True  # a declaration that can't be used is not known to be secret
        owners: list[Pack | Query] = [one, *queries]
        secrets = (each for owner in owners for each in owner.parameters.values() if each.secret)
        if any(_stands_in(text, value) for secret in secrets for value in _values(secret, queries)):
            return True
    return False


def _stands_in(text: str, value: str) -> bool:
    # A value without such a run can't be told from others: it may.
    return any(run in text for run in _RUN.findall(value) or [""])


def _values(parameter: Parameter, queries: Iterable[Query]) -> Iterator[str]:
    """Yield what a pack says that a parameter holds, by itself or in an example or a test."""
    values = [*parameter.examples, *([parameter.default] if parameter.default else [])]
    for query in queries:
        assigned = (*query.examples, *(test.parameters for test in query.tests))
        values += [one[parameter.name] for one in assigned if parameter.name in one]
    for value in values:
        items = value.value if isinstance(value.value, tuple) else (value.value,)
        yield from (str(item.value if isinstance(item, Value) else item) for item in items)
