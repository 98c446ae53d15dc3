"""`mv-expand a, b = x to typeof(long)`: a row for each element; the columns take the elements' place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.projection import Output, bind_outputs, place
from kqlpack.semantics.relation import OutputColumns, Relation, computed
from kqlpack.semantics.result_names import result_name
from kqlpack.semantics.signatures import type_literal
from kqlpack.semantics.type_checks.contexts import check_expandable
from kqlpack.syntax.nodes import FunctionCall, NamedExpression, NameReference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import MvApplyOperator, MvExpandItem, MvExpandOperator


def bind(node: MvExpandOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the items."""
    if node.limit is not None:
        binder.scalar(node.limit)
    return expanded(node, node.items, given, binder)


def expanded(
    node: MvExpandOperator | MvApplyOperator, items: Iterable[MvExpandItem], given: Relation, binder: Binder
) -> Relation:
    """Return the input with the expanded columns."""
    columns = OutputColumns(given.columns)
    index = setting(node.parameters, "with_itemindex")
    for item in items:
        expression = item.expression
        type_ = type_literal(item.to) if item.to is not None else ScalarType.DYNAMIC
        for output in bind_outputs(binder, expression, given):
            column = computed(output.column.name, type_, expression, (output.column,))
            # A column that is expanded gives way to its elements, parsed on the way or not; a path into one doesn't.
            gives_way = isinstance(expression, (NameReference, NamedExpression, FunctionCall)) and column.name != ""
            place(columns, [Output(column, is_named=gives_way)])
        check_expandable(binder, expression, type(node).construct or "mv-expand")
    if index:
        columns.put(computed(index, ScalarType.LONG, node))
    return given.made(node, columns)


def item_name(item: MvExpandItem, binder: Binder) -> str:
    """Return the name of the column that holds an item's elements."""
    return result_name(binder.catalog, item.expression)
