"""`join` and `lookup`: rows of two tables brought together.

Sources: the documentation's pages on both: the default kind of join is innerunique, which keeps one row of each key on
the left; null keys match; strings that find no partner are empty, not null; lookup leaves out the right-hand keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import comparisons
from kqlpack.execute.duckdb.operators.columns import Outputs
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.scope import Scope
from kqlpack.execute.duckdb.sql import Relation, Sql, fields, make
from kqlpack.syntax.nodes import BinaryExpression, NameReference, ParenthesizedExpression, PathExpression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.syntax.nodes import JoinOperator, LookupOperator, Node

_LEFT_SEMI: Final = frozenset({"leftsemi"})
_LEFT_ANTI: Final = frozenset({"leftanti", "leftantisemi", "anti"})
_RIGHT_SEMI: Final = frozenset({"rightsemi"})
_RIGHT_ANTI: Final = frozenset({"rightanti", "rightantisemi"})
_BOTH: Final = {
    "inner": "JOIN",
    "innerunique": "JOIN",
    "leftouter": "LEFT JOIN",
    "rightouter": "RIGHT JOIN",
    "fullouter": "FULL JOIN",
}


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of both sides, pair by pair, and the right-hand columns among them."""

    left: tuple[Sql, ...]
    right: tuple[Sql, ...]
    names: tuple[str, ...]

    def condition(self) -> str:
        """Return the ON: nulls match."""
        return " AND ".join(
            f"{left} IS NOT DISTINCT FROM {right}" if left.nullable and right.nullable else f"{left} = {right}"
            for left, right in zip(self.left, self.right, strict=True)
        )


def compile_join(compiler: Compiler, relation: Relation, node: JoinOperator, scope: Scope) -> Relation:
    """Compile `join`."""
    check(node.parameters, "kind")
    kind = setting(node.parameters, "kind") or "innerunique"
    if node.predicate is not None:
        raise UnsupportedError("a join with `where`", node.predicate.span)
    if relation.partition:
        raise UnsupportedError("a join inside mv-apply or partition", node.span)
    right = compiler.tabular(node.right, scope.without_row())
    if right.cte == relation.cte:
        right = compiler.project(right, compiler.columns(right))
    keys = _keys(compiler, node.conditions, relation, right, scope)
    if kind in _BOTH:
        if kind == "innerunique":
            relation, keys = _unique(compiler, relation, right, node, keys, scope)
        return _both(compiler, relation, right, _BOTH[kind], keys)
    if kind in _LEFT_SEMI or kind in _LEFT_ANTI:
        return _one(compiler, relation, right, keys, negated=kind in _LEFT_ANTI)
    if kind in _RIGHT_SEMI or kind in _RIGHT_ANTI:
        return _one(compiler, right, relation, keys, negated=kind in _RIGHT_ANTI)
    raise UnsupportedError(f"the kind `{kind}` of join", node.span)


def compile_lookup(compiler: Compiler, relation: Relation, node: LookupOperator, scope: Scope) -> Relation:
    """Compile `lookup`."""
    check(node.parameters, "kind")
    kind = setting(node.parameters, "kind") or "leftouter"
    if kind not in {"leftouter", "inner"}:
        raise UnsupportedError(f"the kind `{kind}` of lookup", node.span)
    if relation.partition:
        raise UnsupportedError("a lookup inside mv-apply or partition", node.span)
    right = compiler.tabular(node.right, scope.without_row())
    if right.cte == relation.cte:
        right = compiler.project(right, compiler.columns(right))
    keys = _keys(compiler, node.conditions, relation, right, scope)
    return _both(compiler, relation, right, _BOTH[kind], keys, without=keys.names)


# ---- keys ------------------------------------------------------------------------------------------------------------


def _keys(compiler: Compiler, conditions: Sequence[Node], left: Relation, right: Relation, scope: Scope) -> _Keys:
    lefts: list[Sql] = []
    rights: list[Sql] = []
    names: list[str] = []
    waiting = list(reversed(conditions))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ParenthesizedExpression):
            waiting.append(node.expression)
            continue
        if isinstance(node, BinaryExpression) and node.operator == "and":
            waiting += [node.right, node.left]
            continue
        first, second, name = _pair(compiler, node, left, right, scope)
        if ScalarType.DYNAMIC in {first.type, second.type}:
            raise UnsupportedError("a join on a dynamic", node.span, "convert it, as with tostring()")
        first, second = comparisons.alike(compiler, first, second, Scope(scope.variables), node.span, what="a join")
        lefts.append(first)
        rights.append(second)
        names.append(name)
    if not lefts:
        raise ExecutionError("a join wants conditions", conditions[0].span if conditions else None)
    return _Keys(tuple(lefts), tuple(rights), tuple(names))


def _pair(compiler: Compiler, node: Node, left: Relation, right: Relation, scope: Scope) -> tuple[Sql, Sql, str]:
    if isinstance(node, NameReference):
        first, second = left.field(node.name), right.field(node.name)
        if first is None or second is None:
            side = "left" if first is None else "right"
            raise ExecutionError(f"there is no column `{node.name}` on the {side} side", node.span)
        return left.column(first), right.column(second), node.name
    if isinstance(node, BinaryExpression) and node.operator == "==":
        sides = (_side(node.left), _side(node.right))
        if sides in {("$left", "$right"), ("$right", "$left")}:
            inside = Scope(scope.variables, left=left, right=right)
            first_node, second_node = (node.left, node.right) if sides[0] == "$left" else (node.right, node.left)
            key = second_node.selector if isinstance(second_node, PathExpression) else None
            name = key.name if isinstance(key, NameReference) else ""
            return compiler.scalar(first_node, inside), compiler.scalar(second_node, inside), name
    raise UnsupportedError("a join's condition that is not `$left.a == $right.b`", node.span)


def _side(node: Node) -> str:
    if isinstance(node, PathExpression) and isinstance(node.expression, NameReference):
        return node.expression.name
    return ""


# ---- rows ------------------------------------------------------------------------------------------------------------


def _unique(
    compiler: Compiler, left: Relation, right: Relation, node: JoinOperator, keys: _Keys, scope: Scope
) -> tuple[Relation, _Keys]:
    """Keep one row of each key on the left: the first."""
    parts = ", ".join(key.text for key in keys.left)
    order = f" ORDER BY {left.order_by()}" if left.order else ""
    rest = f"QUALIFY row_number() OVER (PARTITION BY {parts}{order}) = 1"
    unique = compiler.project(left, compiler.columns(left), rest)
    return unique, _keys(compiler, node.conditions, unique, right, scope)


def _both(
    compiler: Compiler, left: Relation, right: Relation, word: str, keys: _Keys, without: Iterable[str] = ()
) -> Relation:
    outputs = Outputs(_padded(left, lacks=word in {"RIGHT JOIN", "FULL JOIN"}))
    left_out = set(without)
    for name, value in _padded(right, lacks=word in {"LEFT JOIN", "FULL JOIN"}):
        if name not in left_out:
            outputs.add(name, value)
    columns = outputs.listed()
    listed = fields((name, value.type) for name, value in columns)
    hidden = [*(left.at(alias) for alias in left.order), *(right.at(alias) for alias in right.order)]
    return compiler.select(
        f"{left.cte} {word} {right.cte} ON {keys.condition()}",
        "",
        [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)],
        listed,
        order=tuple(f"#{index}" for index in range(len(hidden))),
        given=tuple(hidden),
    )


def _padded(side: Relation, *, lacks: bool) -> list[tuple[str, Sql]]:
    """Return a side's columns; where rows may lack it, a string is empty there."""
    result = []
    for field in side.fields:
        value = side.column(field)
        if lacks and field.type is ScalarType.STRING:
            value = make(f"coalesce({value}, '')", field.type, [value], nullable=False)
        result.append((field.name, value))
    return result


def _one(compiler: Compiler, kept: Relation, other: Relation, keys: _Keys, *, negated: bool) -> Relation:
    word = "NOT EXISTS" if negated else "EXISTS"
    rest = f"WHERE {word} (SELECT 1 FROM {other.cte} WHERE {keys.condition()})"
    return compiler.project(kept, compiler.columns(kept), rest)
