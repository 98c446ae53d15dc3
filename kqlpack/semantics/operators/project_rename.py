"""`project-rename new = old`: renames columns where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.relation import computed
from kqlpack.syntax.nodes import CompoundNamedExpression, NamedExpression, NameReference, unparenthesized

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import NameDeclaration, Node, ProjectRenameOperator


def bind(node: ProjectRenameOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the old names."""
    names: dict[str, NameDeclaration] = {}
    added = []
    for expression in node.expressions:
        binder.scalar(expression, given)
        old, new = _old(expression), _new(expression)
        if old is None or new is None:
            continue
        if given.find(old) is None:
            added.append(computed(new.name, ScalarType.UNKNOWN, new))
        names[old] = new
    # A column that has the new name already gives way.
    replaced = {new.name for new in names.values()} - names.keys()
    columns = [
        computed(names[column.name].name, column.type, names[column.name], (column,), is_copy=True)
        if column.name in names
        else column
        for column in given.columns
        if column.name not in replaced
    ]
    return given.made(node, [*columns, *added])


def _old(expression: Node) -> str | None:
    if not isinstance(expression, (NamedExpression, CompoundNamedExpression)):
        return None
    inner = unparenthesized(expression.expression)
    return inner.name if isinstance(inner, NameReference) else None


def _new(expression: Node) -> NameDeclaration | None:
    if isinstance(expression, NamedExpression):
        return expression.name
    return expression.names[0] if isinstance(expression, CompoundNamedExpression) else None
