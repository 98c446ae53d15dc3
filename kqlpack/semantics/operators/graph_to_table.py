"""`graph-to-table nodes as n, edges as e`: the columns of a graph's nodes, its edges, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.relation import UNKNOWN_RELATION, OutputColumns, Relation, computed
from kqlpack.semantics.scopes import Variable

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Graph
    from kqlpack.syntax.nodes import GraphOutput, GraphToTableOperator

# Which settings name columns of nodes and of edges, and stand before the others.
_NUMBERS = {"nodes": ("with_node_id",), "edges": ("with_source_id", "with_target_id")}


def bind(node: GraphToTableOperator, given: Relation, binder: Binder) -> Relation:
    """Give the tables that come out their names; a single one is what the operator yields."""
    outputs = [(output, _table(output, given.graph)) for output in node.outputs]
    for output, table in outputs:
        if output.name is not None:
            binder.scope.declare(Variable(output.name.name, table, output.name))
    return outputs[0][1] if len(outputs) == 1 else UNKNOWN_RELATION


def _table(output: GraphOutput, graph: Graph | None) -> Relation:
    if graph is None:
        return UNKNOWN_RELATION
    source = graph.nodes if output.kind == "nodes" else graph.edges
    columns = OutputColumns()
    for name in _NUMBERS.get(output.kind, ()):
        given = setting(output.parameters, name)
        if given:
            columns.put(computed(given, ScalarType.LONG, output))
    for column in source.columns:
        columns.add(column)
    return Relation(tuple(columns), source.is_open, output)
