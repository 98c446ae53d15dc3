"""The graph operators. A graph is no table: what comes out of one is unknown. The tables that go in are bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.relation import UNKNOWN_RELATION
from kqlpack.semantics.scopes import Variable

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import GraphToTableOperator, MakeGraphOperator


def bind_graph_to_table(node: GraphToTableOperator, given: Relation, binder: Binder) -> Relation:
    """Give the tables that come out their names."""
    del given
    for output in node.outputs:
        if output.name is not None:
            binder.scope.declare(Variable(output.name.name, UNKNOWN_RELATION, output.name))
    return UNKNOWN_RELATION


def bind_make_graph(node: MakeGraphOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the columns of edges and the tables of nodes."""
    binder.scalar(node.source, given)
    binder.scalar(node.target, given)
    for table in node.tables:
        binder.scalar(table.key, binder.tabular(table.table))
    return UNKNOWN_RELATION
