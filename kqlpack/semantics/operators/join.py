"""`join kind=... right on conditions`: the left columns, then the right ones under names that are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.relation import OutputColumns, Relation, Row
from kqlpack.semantics.scalars import column as bind_column
from kqlpack.semantics.type_checks.contexts import check_join_key
from kqlpack.syntax.nodes import (
    BinaryExpression,
    NameReference,
    ParenthesizedExpression,
    PathExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import JoinOperator, Node

LEFT_ONLY = frozenset({"leftsemi", "leftanti", "leftantisemi", "anti"})
RIGHT_ONLY = frozenset({"rightsemi", "rightanti", "rightantisemi"})


def bind(node: JoinOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the right side and the conditions."""
    right = binder.tabular(node.right)
    bind_conditions(node.conditions, given, right, binder)
    both = joined(node, given, right)
    if node.predicate is not None:
        binder.scalar(node.predicate, Row(both, given, right))
    kind = setting(node.parameters, "kind") or "innerunique"
    if kind in LEFT_ONLY:
        return given.made(node, given.columns)
    if kind in RIGHT_ONLY:
        return right.made(node, right.columns)
    return both


def joined(node: Node, left: Relation, right: Relation, without: Iterable[str] = ()) -> Relation:
    """Return the columns of both sides; `without` are right-hand columns that are left out."""
    left_out = set(without)
    columns = OutputColumns(left.columns)
    for column in right.columns:
        if column.name not in left_out:
            columns.add(column)
    return left.made(node, columns, is_open=left.is_open or right.is_open)


def bind_conditions(conditions: Iterable[Node], left: Relation, right: Relation, binder: Binder) -> list[str]:
    """Bind what stands after `on`; return the right-hand key columns' names."""
    keys: list[str] = []
    for condition in conditions:
        name = _bare_name(condition)
        if name is not None:
            _bind_common(name, left, right, binder)
            keys.append(name.name)
            continue
        both = joined(condition, left, right)
        binder.scalar(condition, Row(both, left, right))
        _check_keys(condition, binder)
        keys.extend(_right_names(condition))
    return keys


def _bare_name(condition: Node) -> NameReference | None:
    bare = unparenthesized(condition)
    return bare if isinstance(bare, NameReference) else None


def _bind_common(name: NameReference, left: Relation, right: Relation, binder: Binder) -> None:
    """Bind a name that both sides must have; its symbol is the left side's column."""
    if left.find(name.name) is not None or left.is_open:
        bind_column(binder, name, right)
    if left.find(name.name) is not None or not left.is_open:
        binder.set_type(name, bind_column(binder, name, left))
    on_left, on_right = left.find(name.name), right.find(name.name)
    if on_left is not None and on_right is not None:
        check_join_key(binder, name, on_left.type, on_right.type)


def _check_keys(condition: Node, binder: Binder) -> None:
    """Check the types of `$left.a == $right.x and ...`."""
    pending = [condition]
    while pending:
        node = unparenthesized(pending.pop())
        if isinstance(node, BinaryExpression) and node.operator == "and":
            pending.extend((node.right, node.left))
        elif isinstance(node, BinaryExpression) and node.operator == "==":
            check_join_key(binder, node, binder.type_of(node.left), binder.type_of(node.right))


def _right_names(condition: Node) -> list[str]:
    """Return the names of `$right.x` in `$left.a == $right.x and ...`."""
    names: list[str] = []
    pending = [condition]
    while pending:
        node = pending.pop()
        if isinstance(node, ParenthesizedExpression):
            pending.append(node.expression)
        elif isinstance(node, BinaryExpression):
            pending.extend((node.right, node.left))
        elif isinstance(node, PathExpression) and isinstance(node.selector, NameReference):
            head = node.expression
            if isinstance(head, NameReference) and head.name == "$right":
                names.append(node.selector.name)
    return names
