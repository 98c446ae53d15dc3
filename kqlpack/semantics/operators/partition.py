"""`partition by key (query)`: what the query yields for each key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.relation import UNKNOWN_RELATION
from kqlpack.semantics.scopes import Variable
from kqlpack.syntax.nodes import NameReference

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node, PartitionByOperator, PartitionOperator


def bind(node: PartitionOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the key and the query; a query in braces reads tables of its own, and the key's value by its name."""
    binder.scalar(node.key, given)
    if not node.is_braced:
        with binder.inner_scope():
            _declare_key(node.key, given, binder)
            return binder.tabular(node.subquery, given)
    with binder.quiet(), binder.inner_scope():
        _declare_key(node.key, given, binder)
        binder.tabular(node.subquery)
    return UNKNOWN_RELATION


def _declare_key(key: Node, given: Relation, binder: Binder) -> None:
    """Let the query read the key's value by its name."""
    if isinstance(key, NameReference):
        column = given.find(key.name)
        type_ = column.type if column is not None else ScalarType.UNKNOWN
        binder.scope.declare(Variable(key.name, type_, key))


def bind_by(node: PartitionByOperator, given: Relation, binder: Binder) -> Relation:
    """Bind `__partitionby`, which the service writes."""
    binder.scalar(node.key, given)
    return binder.tabular(node.subquery, given)
