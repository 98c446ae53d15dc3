"""Meaning: names, types and columns. In: `Parsed` and a catalogue. Out: `Bound`, and what is concluded from it."""

from kqlpack.semantics.bind import bind
from kqlpack.semantics.bound import Bound, Schema, Symbol, SymbolKind
from kqlpack.semantics.lineage import ColumnLineage, Lineage, SourceColumn, lineage
from kqlpack.semantics.time_bounds import TableRead, TimeBounds, time_bounds
from kqlpack.semantics.time_intervals import Moment, TimeBound

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
