"""Loads packs whose queries can render themselves. In: a path. Out: `Pack`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.errors import PackError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from kqlpack.pack import Pack


def load(path: str | PathLike[str], *, texts: Mapping[str, str] | None = None) -> Pack:
    """Load a pack; what is wrong stands in `Pack.diagnostics`. `texts` stand for what files of these paths hold."""
    from kqlpack.pack import load as load_pack
    from kqlpack.template import render

    return load_pack(path, render=render, texts=texts)


def load_or_raise(path: str | PathLike[str]) -> Pack:
    """Load a pack. Raises PackError, with all diagnostics, when one of them is an error."""
    pack = load(path)
    errors = [one for one in pack.diagnostics if one.severity == "error"]
    if errors:
        raise PackError(errors)
    return pack
