"""`as name`: keeps all columns and gives the table a name for what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.scopes import Variable

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import AsOperator


def bind(node: AsOperator, given: Relation, binder: Binder) -> Relation:
    """Declare the name."""
    binder.scope.declare(Variable(node.name.name, given, node.name))
    return given
