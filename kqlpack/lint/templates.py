"""What rules ask about a query's template. In: a `Query`. Out: answers."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kqlpack.pack import Query

_ASKED: Final = re.compile(r"\b(\w+)\s*(?:is\s+(?:not\s+)?(?:un)?defined\b|\|\s*(?:default|d)\b)")


def is_asked(name: str, query: Query) -> bool:
    """Tell whether the template itself asks if a name is there: `is defined`, `| default(...)`."""
    return name in _asked(query.text)


@lru_cache(maxsize=16)
def _asked(text: str) -> frozenset[str]:
    return frozenset(_ASKED.findall(text))


def is_clock(name: str, query: Query) -> bool:
    """Tell whether a name asks for the time or for chance, and is no slip of a parameter's."""
    from kqlpack.template import CLOCKS_AND_DICE

    return name in CLOCKS_AND_DICE and not get_close_matches(name, query.parameters, n=1)
