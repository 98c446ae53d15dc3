"""`evaluate plugin(...) : (schema)`: the columns that the schema declares, or what is known of the plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import scalar_type
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.operators.join import joined
from kqlpack.semantics.operators.plugin_columns import plugin_columns
from kqlpack.semantics.relation import NO_INPUT, UNKNOWN_RELATION, OutputColumns, Relation, Row, computed
from kqlpack.semantics.sources import declared_columns
from kqlpack.syntax.nodes import NameAndType, NamedExpression, NameReference, Star, TypeOf, TypeReference

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import EvaluateOperator, FunctionCall

# Plugins that join the input with a table, their first argument; the others name columns of either.
_LOOKUPS = frozenset({"ipv4_lookup", "ipv6_lookup", "geo_line_lookup", "geo_polygon_lookup"})

# Plugins whose first argument is `typeof(*, name: type)`, the columns that a script yields.
_SCRIPTS = frozenset({"python", "r", "csharp"})


def bind(node: EvaluateOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the arguments."""
    call = node.call
    plugin = binder.catalog.plugin(call.name.name)
    binder.set_symbol(call.name, Symbol(SymbolKind.FUNCTION, call.name.name, function=plugin))
    row = UNKNOWN_RELATION if given is NO_INPUT else given
    if call.name.name in _LOOKUPS and call.arguments:
        table = binder.tabular(call.arguments[0])
        _bind_arguments(call, joined(node, row, table), binder, first=1)
        # After the key of either side come columns that both have and that must be equal.
        common = {each.name for each in call.arguments[3:] if isinstance(each, NameReference)}
        result = joined(node, row, table, without=common)
    else:
        _bind_arguments(call, row, binder)
        result = _yielded(node, row, binder, at_head=given is NO_INPUT)
    if node.schema is None:
        return result
    declared = declared_columns(node.schema)
    if not declared.is_open:
        return row.made(node, declared.columns, is_open=False)
    columns = OutputColumns(result.columns)
    for column in declared.columns:
        columns.put(column)
    return row.made(node, columns, is_open=row.is_open)


def _bind_arguments(call: FunctionCall, row: Relation, binder: Binder, first: int = 0) -> None:
    for argument in call.arguments[first:]:
        if isinstance(argument, (Star, TypeOf)):
            continue
        binder.scalar(argument, Row(row))


def _yielded(node: EvaluateOperator, given: Relation, binder: Binder, *, at_head: bool) -> Relation:
    call = node.call
    plugin = binder.catalog.plugin(call.name.name)
    table = binder.catalog.result_table(plugin) if plugin is not None else None
    if table is not None:
        columns = (computed(column.name, column.type, node) for column in table.columns)
        return given.made(node, columns, is_open=table.is_open)
    known = plugin_columns(binder, call, given)
    if known is not None:
        # At the head of a query nothing goes in, so nothing unknown comes out.
        return given.made(node, known, is_open=False if at_head else None)
    if call.name.name == "bag_unpack":
        return _bag_unpack(node, given)
    if call.name.name in _SCRIPTS and call.arguments:
        return _script(node, given)
    return given.made(node, (), is_open=True)


def _bag_unpack(node: EvaluateOperator, given: Relation) -> Relation:
    """Yield all columns but the bag, and whatever is in it, which may replace them."""
    first = node.call.arguments[0] if node.call.arguments else None
    inner = first.expression if isinstance(first, NamedExpression) else first
    bag = inner.name if isinstance(inner, NameReference) else None
    return given.made(node, (column for column in given.columns if column.name != bag), is_open=True)


def _script(node: EvaluateOperator, given: Relation) -> Relation:
    first = node.call.arguments[0]
    if not isinstance(first, TypeOf):
        return given.made(node, (), is_open=True)
    columns = OutputColumns()
    is_open = False
    for entry in first.types:
        if isinstance(entry, TypeReference) and entry.name == "*":
            is_open = given.is_open
            for column in given.columns:
                columns.put(column)
        elif isinstance(entry, NameAndType) and entry.type is not None:
            columns.put(computed(entry.name.name, scalar_type(entry.type.name), entry.name))
    return given.made(node, columns, is_open=is_open)
