"""make-graph and the operators that keep a graph. A graph has no columns: it holds those of its nodes and its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.operators.union import united
from kqlpack.semantics.relation import UNKNOWN_RELATION, Graph, OutputColumns, Relation, Row, computed
from kqlpack.syntax.nodes import GraphWhereEdgesOperator

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import (
        GraphMarkComponentsOperator,
        GraphWhereNodesOperator,
        MakeGraphOperator,
    )


def bind_make_graph(node: MakeGraphOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the columns of edges and the tables of nodes; a query behind `partitioned-by` runs over the graph."""
    key = binder.scalar(node.source, given)
    binder.scalar(node.target, given)
    tables = []
    for table in node.tables:
        columns = binder.tabular(table.table)
        tables.append(columns)
        key = binder.scalar(table.key, columns)
    if tables:
        nodes = united(node, tables) if len(tables) > 1 else tables[0]
    elif node.node_id is not None:
        nodes = Relation((computed(node.node_id.name, key, node.node_id),))
    else:
        nodes = UNKNOWN_RELATION
    graph = Graph(nodes, given, key).relation()
    if node.partition_key is not None:
        binder.scalar(node.partition_key, given)
    return graph if node.partition_query is None else binder.tabular(node.partition_query, graph)


def bind_mark_components(node: GraphMarkComponentsOperator, given: Relation, binder: Binder) -> Relation:
    """Add the component's number to the nodes."""
    del binder
    if given.graph is None:
        return UNKNOWN_RELATION
    name = setting(node.parameters, "with_component_id") or "ComponentId"
    columns = OutputColumns(given.graph.nodes.columns)
    columns.put(computed(name, ScalarType.LONG, node))
    nodes = Relation(tuple(columns), given.graph.nodes.is_open)
    return Graph(nodes, given.graph.edges, given.graph.node_id).relation()


def bind_where(node: GraphWhereNodesOperator | GraphWhereEdgesOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the predicate, which sees the columns of the nodes or the edges; the graph keeps its columns."""
    seen = UNKNOWN_RELATION
    if given.graph is not None:
        edges = isinstance(node, GraphWhereEdgesOperator)
        seen = given.graph.edges if edges else given.graph.nodes
    # The functions of patterns may stand here too: what isn't a column is none of our business.
    binder.scalar(node.predicate, Row(Relation(seen.columns, is_open=True)))
    return given
