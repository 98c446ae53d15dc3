"""Meaning: names, types and columns. In: `Parsed` and a catalogue. Out: `Bound`, and what is concluded from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lazy import exports
from kqlpack.semantics.bind import bind
from kqlpack.semantics.bound import Bound, Schema, Symbol, SymbolKind
from kqlpack.semantics.time_bounds import TableRead, TimeBounds, time_bounds
from kqlpack.semantics.time_intervals import Moment, TimeBound

if TYPE_CHECKING:
    from kqlpack.semantics.origins import ColumnLineage, Lineage, SourceColumn, lineage

__getattr__ = exports(__name__, {"origins": ("ColumnLineage", "Lineage", "SourceColumn", "lineage")})

__all__ = [
    "Bound",
    "ColumnLineage",
    "Lineage",
    "Moment",
    "Schema",
    "SourceColumn",
    "Symbol",
    "SymbolKind",
    "TableRead",
    "TimeBound",
    "TimeBounds",
    "bind",
    "lineage",
    "time_bounds",
]
