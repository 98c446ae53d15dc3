"""Paths as services want them. In: a path as it was given, and a root. Out: the path from the root, with `/`; a URI."""

from __future__ import annotations

import os
from pathlib import PurePath
from urllib.parse import quote


def from_root(path: str, root: str = "") -> str:
    """Return a path as seen from `root`, or as it is where it doesn't lie below that; empty: the current folder."""
    if root or PurePath(path).is_absolute():
        # realpath: a runner's folder may be named through a link.
        whole, base = os.path.realpath(path), os.path.realpath(root or os.curdir)
        if whole.startswith(os.path.join(base, "")):  # noqa: PTH118 - a name that ends with the separator
            return PurePath(os.path.relpath(whole, base)).as_posix()
    return PurePath(os.path.normpath(path)).as_posix()


def uri(path: str, root: str = "") -> tuple[str, bool]:
    """Return a path as a URI reference, and whether it is relative."""
    shown = from_root(path, root)
    quoted = quote(shown.encode("utf-8", "surrogatepass"), safe="/")
    if shown.startswith("/"):
        return f"file://{quoted}", False
    if PurePath(shown).is_absolute():
        return f"file:///{quoted.replace('%3A', ':', 1)}", False
    return quoted, True
