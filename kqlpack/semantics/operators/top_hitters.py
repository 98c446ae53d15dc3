"""`top-hitters n of x by y`: the value and how often, or how much, it occurs, approximately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics import promotion
from kqlpack.semantics.projection import bind_outputs, place
from kqlpack.semantics.relation import OutputColumns, computed
from kqlpack.semantics.result_names import result_name

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import TopHittersOperator


def bind(node: TopHittersOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the value and its weight."""
    binder.scalar(node.count)
    columns = OutputColumns()
    outputs = bind_outputs(binder, node.of, given)
    place(columns, outputs)
    if node.by is None:
        name = outputs[0].column.name if outputs else ""
        columns.add(computed(f"approximate_count_{name}", ScalarType.LONG, node))
    else:
        weight = promotion.promoted(binder.scalar(node.by, given))
        columns.add(computed(f"approximate_sum_{result_name(binder.catalog, node.by)}", weight, node))
    return given.made(node, columns, is_open=False)
