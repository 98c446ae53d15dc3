"""`make-series items on axis by keys`: the keys, an array for each item, and the axis as an array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.projection import Output, bind_outputs, place
from kqlpack.semantics.relation import OutputColumns, computed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import MakeSeriesOperator, Node


def bind(node: MakeSeriesOperator, given: Relation, binder: Binder) -> Relation:
    """Bind keys, items, axis and its bounds."""
    columns = OutputColumns()
    for expression in node.by:
        place(columns, bind_outputs(binder, expression, given))
    for item in node.items:
        place(columns, _arrays(binder, item.expression, given))
        if item.default is not None:
            binder.scalar(item.default, given)
    place(columns, _arrays(binder, node.axis, given))
    for bound in (node.from_, node.to, node.step, *node.range_arguments):
        if bound is not None:
            binder.scalar(bound, given)
    return given.made(node, columns, is_open=False)


def _arrays(binder: Binder, expression: Node, given: Relation) -> list[Output]:
    """Return the columns of an expression, as arrays of their values."""
    arrays = []
    for output in bind_outputs(binder, expression, given):
        column = computed(
            output.column.name, ScalarType.DYNAMIC, output.column.declaration or expression, (output.column,)
        )
        arrays.append(Output(column, output.is_named))
    return arrays
