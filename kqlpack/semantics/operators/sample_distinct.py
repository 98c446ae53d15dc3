"""`sample-distinct n of x`: one column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, place
from kqlpack.semantics.relation import OutputColumns

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import SampleDistinctOperator


def bind(node: SampleDistinctOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the number and the expression."""
    binder.scalar(node.count)
    columns = OutputColumns()
    place(columns, bind_outputs(binder, node.of, given))
    return given.made(node, columns, is_open=False)
