"""What stands at the head of a pipe: tables, functions, datatable. In: a node that is no operator. Out: its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.model import FunctionKind
from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.calls import constant_string
from kqlpack.semantics.relation import UNKNOWN_RELATION, Relation, computed
from kqlpack.semantics.scalars import variable_symbol
from kqlpack.semantics.scopes import LetFunction, Place
from kqlpack.syntax.nodes import (
    ContextualDataTable,
    DataScope,
    DataTable,
    ExternalData,
    FunctionCall,
    InlineExternalTable,
    MaterializeExpression,
    NameReference,
    PathExpression,
    StringLiteral,
    ToTableExpression,
)

if TYPE_CHECKING:
    from kqlpack.catalog import Table
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import Node, RowSchema

# Where tables are, other than here. The tables of another workspace, resource or database of the same kind have the
# catalogue's schemas; those of a cluster, a Data Explorer database or Resource Graph don't.
_PLACES = {
    "workspace": True,
    "app": True,
    "resource": True,
    "database": True,
    "cluster": False,
    "adx": False,
    "arg": False,
}

# What these yield is said by the string that they are given.
_BY_NAME = "table"
_WATCHLIST = "_GetWatchlist"


def is_tabular_function(binder: Binder, name: str) -> bool:
    """Tell whether a function of the catalogue, or a saved one, is known to yield a table."""
    if binder.functions.get(name) is not None:
        return True
    function = binder.catalog.function(name)
    return function is not None and function.kind is FunctionKind.TABULAR and name not in _PLACES


def place_of(binder: Binder, node: Node) -> Place | None:
    """Return the place that an expression stands for, if it does: `workspace("x")`, `cluster("x").database("y")`."""
    if isinstance(node, PathExpression):
        # `cluster("x").database("y")` is as unknown as the cluster; nothing stands in a database but tables.
        if not (isinstance(node.selector, FunctionCall) and node.selector.name.name in _PLACES):
            return None
        node = node.expression
    if isinstance(node, FunctionCall) and node.name.name in _PLACES and binder.scope.find(node.name.name) is None:
        return Place(_PLACES[node.name.name])
    if isinstance(node, NameReference):
        variable = binder.scope.find(node.name)
        if variable is not None and isinstance(variable.value, Place):
            return variable.value
    return None


def is_table_path(binder: Binder, node: PathExpression) -> bool:
    """Tell whether a path leads to a table: `workspace("x").T`."""
    return place_of(binder, node.expression) is not None and place_of(binder, node) is None


def bind_source(binder: Binder, node: Node) -> Relation:
    """Bind the head of a pipe."""
    match node:
        case NameReference():
            return _named(binder, node)
        case FunctionCall():
            return _call(binder, node)
        case PathExpression():
            return _path(binder, node)
        case DataTable(values=scalars) | ExternalData(uris=scalars):
            for scalar in scalars:
                binder.scalar(scalar)
            return declared_columns(node.schema)
        case InlineExternalTable():
            for scalar in node.uris:
                binder.scalar(scalar)
            if node.schema is None:
                return UNKNOWN_RELATION
            parts = [computed(part.name.name, scalar_type(part.type.name), part.name) for part in node.partition]
            return Relation((*declared_columns(node.schema).columns, *parts), node.schema.is_open)
        case ContextualDataTable():
            return declared_columns(node.schema)
        case MaterializeExpression() | ToTableExpression() | DataScope():
            return binder.tabular(node.expression)
        case _:
            # Not a table at all; whether that is an error is not a question of names.
            binder.scalar(node)
            return UNKNOWN_RELATION


def declared_columns(schema: RowSchema) -> Relation:
    """Return the columns that `(a: int, b: string)` declares."""
    columns = tuple(
        computed(column.name.name, scalar_type(column.type.name) if column.type else ScalarType.STRING, column.name)
        for column in schema.columns
    )
    return Relation(columns, schema.is_open)


def _named(binder: Binder, node: NameReference) -> Relation:
    variable = binder.scope.find(node.name)
    if variable is None:
        if binder.table(node.name) is None and _is_function_name(binder, node.name):
            return _saved_function(binder, node)
        return binder.read_table(node)
    binder.set_symbol(node, variable_symbol(variable))
    match variable.value:
        case Relation() as relation:
            return relation
        case LetFunction() as function:
            result = binder.call_result(function, ())
            return result if isinstance(result, Relation) else UNKNOWN_RELATION
        case _:
            return UNKNOWN_RELATION


def _is_function_name(binder: Binder, name: str) -> bool:
    return name in binder.functions or binder.catalog.is_known_function_name(name)


def _saved_function(binder: Binder, node: NameReference) -> Relation:
    """Bind the name of a function that is saved in the workspace, or comes with a solution."""
    schema = binder.functions.get(node.name)
    binder.set_symbol(node, Symbol(SymbolKind.FUNCTION, node.name, schema=schema))
    if schema is None:
        return _result_of(binder, node.name)
    return Relation(tuple(computed(column.name, column.type, None) for column in schema.columns), schema.is_open)


def _call(binder: Binder, node: FunctionCall) -> Relation:
    name = node.name.name
    variable = binder.scope.find(name)
    if variable is not None:
        if not isinstance(variable.value, LetFunction):
            return UNKNOWN_RELATION
        result = binder.call_result(variable.value, node.arguments)
        binder.set_symbol(node.name, variable_symbol(variable))
        return result if isinstance(result, Relation) else UNKNOWN_RELATION
    for argument in node.arguments:
        binder.value(argument)
    if name == _BY_NAME:
        return _table_function(binder, node)
    if name in binder.functions:
        return _saved_function(binder, node.name)
    binder.check_function(node.name)
    relation = _watchlist(binder, node) or _result_of(binder, name)
    function = binder.catalog.function(name)
    if function is not None:
        binder.set_symbol(node.name, Symbol(SymbolKind.FUNCTION, name, schema=relation.schema(), function=function))
    return relation


def _watchlist(binder: Binder, node: FunctionCall) -> Relation | None:
    """Return the columns of a watchlist that the pack declares."""
    if node.name.name != _WATCHLIST or not node.arguments:
        return None
    alias = constant_string(binder, node.arguments[0])
    table = binder.catalog.watchlist(alias) if alias is not None else None
    return None if table is None else _yielded(table)


def _result_of(binder: Binder, name: str) -> Relation:
    """Return what the catalogue knows about a tabular function's result."""
    function = binder.catalog.function(name)
    table = binder.catalog.result_table(function) if function is not None else binder.catalog.asim_table(name)
    return UNKNOWN_RELATION if table is None else _yielded(table)


def _yielded(table: Table) -> Relation:
    return Relation(tuple(computed(column.name, column.type, None) for column in table.columns), table.is_open)


def _table_function(binder: Binder, node: FunctionCall, *, is_here: bool = True) -> Relation:
    """Bind `table("T")`; a name that is put together at run time is unknown."""
    name = constant_string(binder, node.arguments[0]) if node.arguments else None
    if name is None:
        return UNKNOWN_RELATION
    binder.tables.setdefault(name)
    relation = binder.table(name)
    if relation is None:
        if is_here and isinstance(node.arguments[0], StringLiteral):
            binder.missing_table(node.arguments[0], name)
        return UNKNOWN_RELATION
    binder.set_symbol(
        node.name, Symbol(SymbolKind.TABLE, name, schema=relation.schema(), table=binder.catalog.table(name))
    )
    return relation


def _path(binder: Binder, node: PathExpression) -> Relation:
    place = place_of(binder, node.expression)
    if place is None:
        return UNKNOWN_RELATION
    selector = node.selector
    if isinstance(selector, FunctionCall):
        if selector.name.name == "table" and place.is_known:
            return _table_function(binder, selector, is_here=False)
        return UNKNOWN_RELATION
    if not isinstance(selector, NameReference):
        return UNKNOWN_RELATION
    binder.tables.setdefault(selector.name)
    relation = binder.table(selector.name) if place.is_known else None
    if relation is None:
        # Another place may have other tables.
        return UNKNOWN_RELATION
    table = binder.catalog.table(selector.name)
    binder.set_symbol(selector, Symbol(SymbolKind.TABLE, selector.name, schema=relation.schema(), table=table))
    return relation
