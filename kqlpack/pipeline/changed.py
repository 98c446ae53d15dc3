"""Leaves what has not changed alone. In: what `discover` found, and a revision. Out: targets that have changed, by git.

A file in a pack's `queries` or `tests` counts alone. Any other file of the pack, a macro that it imports, or a file of
a pack that it requires counts for the whole pack, because findings anywhere in it may come from there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kqlpack.errors import Error
from kqlpack.pipeline.discover import PARTS
from kqlpack.pipeline.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.pack import Pack
    from kqlpack.pipeline.discover import Found, Target

_YAML: Final = frozenset({".yaml", ".yml"})
# What stands beside a pack for its readers.
_NO_PART: Final = frozenset({".md", ".txt"})


class GitError(Error):
    """Git is not there, or can't tell what has changed."""


def changed(found: Found, revision: str) -> Found:
    """Return what has changed since a revision, or since the branch parted from it. Raises GitError."""
    git = _Git(revision)
    targets = []
    for target in found.targets:
        changes = git.changes(target.path if target.is_pack and target.path.is_dir() else target.path.parent)
        files = _changed_files(target, changes, git)
        if files is None:
            targets.append(target)
        elif files:
            targets.append(replace(target, only=files))
    return replace(found, targets=targets)


def _changed_files(target: Target, changes: frozenset[Path], git: _Git) -> tuple[Path, ...] | None:
    """Return the files of a target that have changed; None for all of them."""
    root = _real(target.path)
    if not target.path.is_dir():
        return None if root in changes or (target.is_pack and _is_touched(target, git)) else ()
    parts: list[Path] = []
    for path in sorted(one for one in changes if one.is_relative_to(root)):
        relative = path.relative_to(root)
        if len(relative.parts) == 2 and relative.parts[0] in PARTS and path.suffix.lower() in _YAML and path.exists():
            parts.append(target.path / relative)
        elif path.suffix.lower() not in _NO_PART:
            return None
    if _is_touched(target, git):
        return None
    return tuple(path for path in parts if target.asks_for(str(path)))


def _is_touched(target: Target, git: _Git) -> bool:
    """Tell whether something has changed that a pack takes from elsewhere."""
    pack = load(target.path, pack_path=target.pack_path)
    if pack.unresolved:
        return True
    return any(git.has_changed(path) for path in _taken(pack))


def _taken(pack: Pack) -> Iterable[Path]:
    yield from (Path(file.path) for file in pack.macros.values())
    for one in pack.dependencies:
        yield one.path


class _Git:
    """What git knows about the folders of a run; each repository is asked once."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        self._by_repository: dict[str, frozenset[Path]] = {}
        self._program = shutil.which("git")

    def changes(self, folder: Path) -> frozenset[Path]:
        """Return the files that have changed in the repository of a folder."""
        top = self._ask(folder, "rev-parse", "--show-toplevel").rstrip("\n")
        if top not in self._by_repository:
            self._by_repository[top] = self._changes(Path(top))
        return self._by_repository[top]

    def has_changed(self, path: Path) -> bool:
        """Tell whether a file, or something in a folder, has changed; where git knows nothing of it, it has not."""
        try:
            changes = self.changes(path if path.is_dir() else path.parent)
        except GitError:
            return False
        return any(one.is_relative_to(_real(path)) for one in changes)

    def _changes(self, top: Path) -> frozenset[Path]:
        commit = f"{self.revision}^{{commit}}"
        try:
            since = self._ask(top, "rev-parse", "--verify", "--quiet", "--end-of-options", commit).strip()
        except GitError:
            raise GitError(f"git knows no revision `{self.revision}` in `{top}`") from None
        # What others have done on that branch in the meantime is no change of this one; a shallow clone may not know
        # where they parted.
        with suppress(GitError):
            since = self._ask(top, "merge-base", since, "HEAD").strip()
        tracked = self._ask(top, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", since, "--")
        untracked = self._ask(top, "ls-files", "--others", "--exclude-standard", "-z")
        return frozenset(_real(top / name) for name in (tracked + untracked).split("\0") if name)

    def _ask(self, folder: Path, *arguments: str) -> str:
        if self._program is None:
            raise GitError("git is not installed, or not on the path, so that nobody knows what has changed")
        # The settings of a repository must not start programs while it is only looked at.
        command = [self._program, "-C", str(folder), "-c", "core.fsmonitor=false", *arguments]
        ran = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, with arguments that are no options
        if ran.returncode:
            said = os.fsdecode(ran.stderr).strip().splitlines()
            reason = said[0].removeprefix("fatal: ") if said else f"exit code {ran.returncode}"
            raise GitError(f"git can't tell what has changed in `{folder}`: {reason}")
        return os.fsdecode(ran.stdout)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
