"""The graph operators and their patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kqlpack.syntax.nodes.base import Node
from kqlpack.syntax.nodes.expressions import NamedParameter
from kqlpack.syntax.nodes.operators import TabularOperator

if TYPE_CHECKING:
    from kqlpack.syntax.nodes.names import NameDeclaration

Parameters = tuple[NamedParameter, ...]


class MakeGraphOperator(TabularOperator, frozen=True, eq=False):
    """`make-graph source --> target with nodes on key, ...` or `with_node_id = name`."""

    construct: ClassVar[str] = "make-graph"
    parameters: Parameters
    source: Node
    direction: str
    target: Node
    tables: tuple[GraphTable, ...]
    node_id: NameDeclaration | None
    partition_key: Node | None
    partition_query: Node | None


class GraphTable(Node, frozen=True, eq=False):
    """`table on key`, of make-graph."""

    table: Node
    key: Node


class GraphMatchOperator(TabularOperator, frozen=True, eq=False):
    """`graph-match patterns where predicate project columns`."""

    construct: ClassVar[str] = "graph-match"
    parameters: Parameters
    patterns: tuple[GraphPattern, ...]
    predicate: Node | None
    project: tuple[Node, ...]


class GraphShortestPathsOperator(GraphMatchOperator, frozen=True, eq=False):
    """`graph-shortest-paths patterns where predicate project columns`."""

    construct: ClassVar[str] = "graph-shortest-paths"


class GraphPattern(Node, frozen=True, eq=False):
    """`(a)-[e]->(b)`: GraphPatternNode and GraphPatternEdge in turn."""

    elements: tuple[Node, ...]


class GraphPatternNode(Node, frozen=True, eq=False):
    """`(name)`."""

    name: NameDeclaration | None


class GraphPatternEdge(Node, frozen=True, eq=False):
    """`-[name*1..3]->`, `-->`, `<--`, `--`, ...; `direction` is `->`, `<-` or `-`."""

    direction: str
    name: NameDeclaration | None
    range: GraphEdgeRange | None


class GraphEdgeRange(Node, frozen=True, eq=False):
    """`*1..3`."""

    low: Node
    high: Node


class GraphToTableOperator(TabularOperator, frozen=True, eq=False):
    """`graph-to-table nodes as n, edges as e`."""

    construct: ClassVar[str] = "graph-to-table"
    outputs: tuple[GraphOutput, ...]


class GraphOutput(Node, frozen=True, eq=False):
    """`nodes as name` or `edges as name`; `kind` is `nodes` or `edges`."""

    kind: str
    name: NameDeclaration | None
    parameters: Parameters


class GraphMarkComponentsOperator(TabularOperator, frozen=True, eq=False):
    """`graph-mark-components`."""

    construct: ClassVar[str] = "graph-mark-components"
    parameters: Parameters


class GraphWhereNodesOperator(TabularOperator, frozen=True, eq=False):
    """`graph-where-nodes predicate`."""

    construct: ClassVar[str] = "graph-where-nodes"
    predicate: Node


class GraphWhereEdgesOperator(TabularOperator, frozen=True, eq=False):
    """`graph-where-edges predicate`."""

    construct: ClassVar[str] = "graph-where-edges"
    predicate: Node
