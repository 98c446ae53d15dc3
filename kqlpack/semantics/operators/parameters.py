"""An operator's settings. In: `kind=inner` and the like. Out: their values as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.syntax.nodes import Literal, NameReference, StringLiteral

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.syntax.nodes import NamedParameter


def setting(parameters: Iterable[NamedParameter], *names: str) -> str | None:
    """Return the value of the setting that has one of these names."""
    for parameter in parameters:
        if parameter.name.name in names:
            value = parameter.value
            if isinstance(value, NameReference):
                return value.name
            if isinstance(value, StringLiteral):
                return value.value
            return value.text if isinstance(value, Literal) else ""
    return None
