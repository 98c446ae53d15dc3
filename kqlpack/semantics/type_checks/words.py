"""How messages speak of expressions and types. In: a node or a type. Out: words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARTICLES = {ScalarType.INT: "an int"}

# What converts a value to each type. Source: the Kusto documentation's pages on conversion functions.
CONVERSIONS = {
    ScalarType.BOOL: "tobool",
    ScalarType.INT: "toint",
    ScalarType.LONG: "tolong",
    ScalarType.REAL: "toreal",
    ScalarType.DECIMAL: "todecimal",
    ScalarType.STRING: "tostring",
    ScalarType.DATETIME: "todatetime",
    ScalarType.TIMESPAN: "totimespan",
    ScalarType.GUID: "toguid",
    ScalarType.DYNAMIC: "parse_json",
}


def a(type_: ScalarType) -> str:
    """Return a type with its article: `a string`, `an int`."""
    return _ARTICLES.get(type_, f"a {type_}")


def one_of(names: Iterable[str]) -> str:
    """Return names as a list with `or`: `a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
