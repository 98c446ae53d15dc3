"""Packs as artefacts for deployment. In: a pack and its rendered queries. Out: `Artifact` values, or `EmitError`.

One module, one target: each module of this folder with a function `emit` is offered under its name, in which `_` is a
hyphen.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol

from kqlpack.emit.artifact import Artifact
from kqlpack.emit.rendered import RenderedFunction, RenderedQuery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from kqlpack.pack.model import Pack

__all__ = ["Artifact", "Emitter", "RenderedFunction", "RenderedQuery", "emitter", "summary", "targets"]


class Emitter(Protocol):
    """Turns a pack into a target's artefacts."""

    def __call__(
        self, pack: Pack, queries: Sequence[RenderedQuery], functions: Sequence[RenderedFunction] = ()
    ) -> tuple[Artifact, ...]:
        """Return the artefacts; none where the pack publishes nothing of this kind. Raises EmitError."""


def targets() -> tuple[str, ...]:
    """Return the names of the targets, sorted."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.replace("_", "-") for name in found if hasattr(_module(name), "emit")))


def emitter(target: str) -> Emitter:
    """Return what writes a target. Raises KeyError for a name that `targets` does not have."""
    if target not in targets():
        raise KeyError(target)
    emit: Emitter = _module(target).emit
    return emit


def summary(target: str) -> str:
    """Return the sentence that a list of targets shows. Raises KeyError for a name that `targets` does not have."""
    if target not in targets():
        raise KeyError(target)
    return (_module(target).__doc__ or "").partition(". In:")[0]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
