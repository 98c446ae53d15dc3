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
# Also finds the empty run in what has none: that may stand anywhere.
_RUN: Final = re.compile(r"[A-Za-z0-9]*")


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
    """Tell whether a secret parameter's own value may stand in a text.

    A value is looked for by its longest run of letters and digits, which is the same in KQL, JSON and YAML.
    """
    for one in (pack, *pack.dependencies):
        queries = [*one.queries.values(), *(function.body for function in one.functions.values())]
        if any(query.faulty_parameters for query in queries) and any(
            "secret" in file.text for file in (*one.files, *one.macros.values())
        ):
            return True  # a declaration that can't be used is not known to be secret
        owners: list[Pack | Query] = [one, *queries]
        for owner in owners:
            for parameter in owner.parameters.values():
                if parameter.secret and any(
                    max(_RUN.findall(value), key=len) in text for value in _values(parameter, queries)
                ):
                    return True
    return False


def _values(parameter: Parameter, queries: Iterable[Query]) -> Iterator[str]:
    """Yield what a pack says that a parameter holds, by itself or in an example or a test."""
    values = [*parameter.examples, *([parameter.default] if parameter.default else [])]
    for query in queries:
        assigned = (*query.examples, *(test.parameters for test in query.tests))
        values += [one[parameter.name] for one in assigned if parameter.name in one]
    for value in values:
        items = value.value if isinstance(value.value, tuple) else (value.value,)
        yield from (str(item.value if isinstance(item, Value) else item) for item in items)
