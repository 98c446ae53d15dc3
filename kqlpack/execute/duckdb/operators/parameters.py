"""An operator's settings.

In: `kind=inner` and the like. Out: their values; a setting that changes the result is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.errors import UnsupportedError
from kqlpack.semantics.operators.parameters import setting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.syntax.nodes import NamedParameter

__all__ = ["check", "setting"]


def check(parameters: Iterable[NamedParameter], *known: str) -> None:
    """Refuse settings that are neither hints nor known."""
    for parameter in parameters:
        name = parameter.name.name
        if name not in known and not name.startswith("hint"):
            raise UnsupportedError(f"the setting `{name}`", parameter.span)
