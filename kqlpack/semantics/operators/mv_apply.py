"""`mv-apply items on (query)`: the query runs over each row's elements; its columns follow the input's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.mv_expand import expanded, item_name
from kqlpack.semantics.relation import OutputColumns

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import MvApplyOperator


def bind(node: MvApplyOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the items, then the query over them."""
    for number in (node.limit, node.context_id):
        if number is not None:
            binder.scalar(number)
    elements = expanded(node, node.items, given, binder)
    yielded = binder.tabular(node.subquery, elements)
    replaced = {item_name(item, binder) for item in node.items}
    columns = OutputColumns(column for column in given.columns if column.name not in replaced)
    for column in yielded.columns:
        columns.put(column)
    return given.made(node, columns, is_open=given.is_open or yielded.is_open)
