"""`count`: one column, `Count`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.relation import computed

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import CountOperator


def bind(node: CountOperator, given: Relation, binder: Binder) -> Relation:
    """Yield the count."""
    del binder
    name = node.name.name if node.name is not None else "Count"
    return given.made(node, [computed(name, ScalarType.LONG, node.name or node)], is_open=False)
