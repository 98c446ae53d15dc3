"""Finds the configuration of a path. In: a path that is checked. Out: the `Config` of the nearest file upwards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kqlpack.config.model import NO_CONFIG, Config

CONFIG_FILE: Final = "kqlpack.toml"
PYPROJECT: Final = "pyproject.toml"
# Names a file that stands for all others.
VARIABLE: Final = "KQLPACK_CONFIG"


class Configs:
    """The configurations of a run; each folder is looked at once."""

    def __init__(self) -> None:
        """Take the environment as it is now."""
        self._named = os.environ.get(VARIABLE, "")
        self._by_folder: dict[Path, Config] = {}
        self._by_file: dict[Path, Config] = {}

    def of(self, path: str | os.PathLike[str]) -> Config:
        """Return what holds for a file or a folder. Raises ConfigError."""
        if self._named:
            return self._read(_absolute(self._named))
        absolute = _absolute(path)
        return self._of_folder(absolute if os.path.isdir(absolute) else absolute.parent)  # noqa: PTH112 - as discover

    def _of_folder(self, folder: Path) -> Config:
        if folder not in self._by_folder:
            above = folder.parent
            own = _file_in(folder)
            if own is not None:
                self._by_folder[folder] = self._read(own)
            else:
                self._by_folder[folder] = self._of_folder(above) if above != folder else NO_CONFIG
        return self._by_folder[folder]

    def _read(self, path: Path) -> Config:
        if path not in self._by_file:
            # What reads files takes its time to load, and most folders have none.
            from kqlpack.config.read import read

            self._by_file[path] = read(path)
        return self._by_file[path]


def _file_in(folder: Path) -> Path | None:
    """Return the folder's file of configuration; kqlpack.toml before pyproject.toml."""
    path = folder / CONFIG_FILE
    if os.path.isfile(path):  # noqa: PTH113 - as discover
        return path
    path = folder / PYPROJECT
    if not os.path.isfile(path):  # noqa: PTH113 - as discover
        return None
    from kqlpack.config.read import own_table

    return None if own_table(path) is None else path


def _absolute(path: str | os.PathLike[str]) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links to another folder's settings
