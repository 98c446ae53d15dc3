"""`graph-match (a)-[e]->(b) where ... project ...` and graph-shortest-paths: a row for each match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.projection import bind_outputs, place
from kqlpack.semantics.relation import UNKNOWN_RELATION, Graph, OutputColumns, Pattern, Relation, Row
from kqlpack.syntax.nodes import GraphPatternEdge, GraphPatternNode

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import GraphMatchOperator


def bind(node: GraphMatchOperator, given: Relation, binder: Binder) -> Relation:
    """Bind predicate and projection, which see the pattern's names; without a projection the columns are unknown."""
    row = Row(UNKNOWN_RELATION, pattern=_pattern(node, given.graph or Graph(UNKNOWN_RELATION, UNKNOWN_RELATION)))
    if node.predicate is not None:
        binder.scalar(node.predicate, row)
    if not node.project:
        return UNKNOWN_RELATION
    columns = OutputColumns()
    for expression in node.project:
        place(columns, bind_outputs(binder, expression, row))
    return Relation(tuple(columns), is_open=False, maker=node)


def _pattern(node: GraphMatchOperator, graph: Graph) -> Pattern:
    # Open, because nodes and edges have labels and more that is read by name: a missing column is not reported here.
    nodes = Relation(graph.nodes.columns, is_open=True)
    edges = Relation(graph.edges.columns, is_open=True)
    variables: dict[str, Relation] = {}
    paths: set[str] = set()
    for pattern in node.patterns:
        for element in pattern.elements:
            if isinstance(element, GraphPatternNode) and element.name is not None:
                variables[element.name.name] = nodes
            elif isinstance(element, GraphPatternEdge) and element.name is not None:
                variables[element.name.name] = edges
                if element.range is not None:
                    paths.add(element.name.name)
    return Pattern(Graph(nodes, edges, graph.node_id), variables, frozenset(paths))
