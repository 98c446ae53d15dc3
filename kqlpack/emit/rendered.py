"""What emitters get beside the pack: the texts that templates have become. In: nothing. Out: the two pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kqlpack.pack.model import Function, Query


@dataclass(frozen=True, slots=True)
class RenderedQuery:
    """A query and the KQL text that is to be published for it."""

    query: Query
    text: str


@dataclass(frozen=True, slots=True)
class RenderedFunction:
    """A saved function and the KQL text of its body."""

    function: Function
    text: str
