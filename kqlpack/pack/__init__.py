"""Packs from YAML. In: a path. Out: `Pack`: queries, parameters, tests, each with its place. `yaml` lives here only."""

from kqlpack.pack.document import read_mapping
from kqlpack.pack.folded import FoldedComment, folded_comment
from kqlpack.pack.load import load
from kqlpack.pack.model import (
    Entity,
    Expectation,
    Function,
    Maintainer,
    Pack,
    Parameter,
    Publish,
    Query,
    Requirements,
    TableData,
    TableSchema,
    Test,
    Watchlist,
)
from kqlpack.pack.parameters import read_text, read_value
from kqlpack.pack.quoting import Place, QuotingError
from kqlpack.pack.reading import ValueFault
from kqlpack.pack.value import Kind, Value, ValueType

__all__ = [
    "Entity",
    "Expectation",
    "FoldedComment",
    "Function",
    "Kind",
    "Maintainer",
    "Pack",
    "Parameter",
    "Place",
    "Publish",
    "Query",
    "QuotingError",
    "Requirements",
    "TableData",
    "TableSchema",
    "Test",
    "Value",
    "ValueFault",
    "ValueType",
    "Watchlist",
    "folded_comment",
    "load",
    "read_mapping",
    "read_text",
    "read_value",
]
