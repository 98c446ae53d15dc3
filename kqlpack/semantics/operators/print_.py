"""`print a = 1, 2`: one row; columns without a name are `print_0`, `print_1`, by their place, whatever they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import Output, bind_outputs, place
from kqlpack.semantics.relation import NO_COLUMNS, OutputColumns, renamed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import PrintOperator


def bind(node: PrintOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the expressions, which see no columns."""
    columns = OutputColumns()
    for index, expression in enumerate(node.expressions):
        outputs = bind_outputs(binder, expression, NO_COLUMNS)
        if len(outputs) == 1 and not outputs[0].is_named:
            outputs = [Output(renamed(outputs[0].column, f"print_{index}"), is_named=False)]
        place(columns, outputs)
    return given.made(node, columns, is_open=False)
