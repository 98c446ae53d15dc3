"""Packs from YAML. In: a path. Out: `Pack`: queries, parameters, tests, each with its place. `yaml` lives here only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.lazy import exports

if TYPE_CHECKING:
    from kqlpack.pack.document import read_mapping
    from kqlpack.pack.folded import FoldedComment, folded_comment
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
    from kqlpack.pack.reader import load
    from kqlpack.pack.reading import ValueFault
    from kqlpack.pack.value import Kind, Value, ValueType

__getattr__ = exports(
    __name__,
    {
        "document": ("read_mapping",),
        "folded": ("FoldedComment", "folded_comment"),
        "model": (
            "Entity",
            "Expectation",
            "Function",
            "Maintainer",
            "Pack",
            "Parameter",
            "Publish",
            "Query",
            "Requirements",
            "TableData",
            "TableSchema",
            "Test",
            "Watchlist",
        ),
        "parameters": ("read_text", "read_value"),
        "quoting": ("Place", "QuotingError"),
        "reader": ("load",),
        "reading": ("ValueFault",),
        "value": ("Kind", "Value", "ValueType"),
    },
)

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
