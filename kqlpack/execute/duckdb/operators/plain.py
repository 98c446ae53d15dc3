"""Operators that need few words: `as`, `render`, `getschema`, `invoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb.scope import Closure
from kqlpack.execute.duckdb.sql import Relation, fields, name, string
from kqlpack.syntax.nodes import FunctionCall, NameReference

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import GetSchemaOperator, InvokeOperator, Node

# Source: the documentation's page "Scalar data types" and what its examples of getschema show.
_DOTNET_TYPES: Final = {
    ScalarType.BOOL: "System.SByte",
    ScalarType.INT: "System.Int32",
    ScalarType.LONG: "System.Int64",
    ScalarType.REAL: "System.Double",
    ScalarType.DECIMAL: "System.Data.SqlTypes.SqlDecimal",
    ScalarType.STRING: "System.String",
    ScalarType.DATETIME: "System.DateTime",
    ScalarType.TIMESPAN: "System.TimeSpan",
    ScalarType.GUID: "System.Guid",
    ScalarType.DYNAMIC: "System.Object",
}


def unchanged(compiler: Compiler, relation: Relation, node: Node, scope: Scope) -> Relation:
    """Yield the rows as they are."""
    del compiler, node, scope
    return relation


def compile_getschema(compiler: Compiler, relation: Relation, node: GetSchemaOperator, scope: Scope) -> Relation:
    """Compile `getschema`: a row for each column."""
    del node, scope
    types = (ScalarType.STRING, ScalarType.LONG, ScalarType.STRING, ScalarType.STRING)
    listed = fields(zip(("ColumnName", "ColumnOrdinal", "DataType", "ColumnType"), types, strict=True))
    rows = ", ".join(
        f"({index}, {string(field.name)}, CAST({index} AS BIGINT),"
        f" {string(_DOTNET_TYPES[field.type])}, {string(field.type)})"
        for index, field in enumerate(relation.fields)
    )
    aliases = ", ".join(name(field.alias) for field in listed)
    return Relation(compiler.add(f'SELECT * FROM (VALUES {rows}) AS v("#row", {aliases})'), listed, ("#row",))


def compile_invoke(compiler: Compiler, relation: Relation, node: InvokeOperator, scope: Scope) -> Relation:
    """Compile `invoke f(a)`: the same as `f(rows, a)`."""
    call = node.call
    if not isinstance(call, FunctionCall) or not isinstance(scope.variables.get(call.name.name), Closure):
        raise UnsupportedError("`invoke` of a function that the query does not declare", node.span)
    rows = NameReference(node.start, node.start, " rows of invoke")
    inside = scope.without_row().with_variable(rows.name, relation)
    return compiler.tabular(FunctionCall(call.start, call.end, call.name, (rows, *call.arguments)), inside)
