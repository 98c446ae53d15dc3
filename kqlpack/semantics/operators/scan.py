"""`scan declare (columns) with (steps)`: the input's columns and those declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.functions import parameter_type
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.relation import OutputColumns, Row, computed
from kqlpack.syntax.nodes import FunctionParameter

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import ScanOperator


def bind(node: ScanOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the steps, which see the declared columns too, their own and other steps' (`s1.x`)."""
    columns = OutputColumns(given.columns)
    for expression in (*node.order_by, *node.partition_by):
        binder.scalar(expression, given)
    for declaration in node.declarations:
        if isinstance(declaration, FunctionParameter):
            if declaration.default is not None:
                binder.scalar(declaration.default)
            columns.put(computed(declaration.name.name, parameter_type(declaration), declaration.name))
    row = Row(given.made(node, columns), steps=frozenset(step.name.name for step in node.steps))
    for step in node.steps:
        binder.scalar(step.condition, row)
        for assignment in step.assignments:
            binder.scalar(assignment, row)
    match_id = setting(node.parameters, "with_match_id")
    if match_id:
        columns.put(computed(match_id, ScalarType.LONG, node))
    return given.made(node, columns)
