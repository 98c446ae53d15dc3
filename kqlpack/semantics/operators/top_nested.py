"""`top-nested n of a by x, top-nested ...`: for each level its value and what it is ranked by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, place
from kqlpack.semantics.relation import OutputColumns, renamed
from kqlpack.syntax.nodes import NamedExpression

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import TopNestedOperator


def bind(node: TopNestedOperator, given: Relation, binder: Binder) -> Relation:
    """Bind each level; an unnamed ranking is called `aggregated_` and the level's name."""
    columns = OutputColumns()
    for clause in node.clauses:
        if clause.count is not None:
            binder.scalar(clause.count)
        if clause.others is not None:
            binder.scalar(clause.others)
        levels = bind_outputs(binder, clause.of, given)
        place(columns, levels)
        ranking = bind_outputs(binder, clause.by, given)
        if isinstance(clause.by.expression, NamedExpression):
            place(columns, ranking)
        else:
            level = levels[0].column.name if levels else ""
            for output in ranking[:1]:
                columns.add(renamed(output.column, f"aggregated_{level}"))
    return given.made(node, columns, is_open=False)
