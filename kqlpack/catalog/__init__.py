"""What KQL and a workspace offer, as data. In: names. Out: tables, functions, facts about them, suggestions."""

from kqlpack.catalog.catalog import Catalog, load
from kqlpack.catalog.dialects import Dialect
from kqlpack.catalog.facts import ColumnFacts, Deprecation, TableFacts
from kqlpack.catalog.model import Column, Function, FunctionKind, Parameter, Signature, Table
from kqlpack.catalog.types import ScalarType, scalar_type

__all__ = [
    "Catalog",
    "Column",
    "ColumnFacts",
    "Deprecation",
    "Dialect",
    "Function",
    "FunctionKind",
    "Parameter",
    "ScalarType",
    "Signature",
    "Table",
    "TableFacts",
    "load",
    "scalar_type",
]
