"""`sort`, `top`, `take`, `serialize`: the rows' order, and how many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb.operators.project import extend
from kqlpack.execute.duckdb.sql import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import (
        OrderedExpression,
        SerializeOperator,
        SortOperator,
        TakeOperator,
        TopOperator,
    )


def order_term(compiler: Compiler, node: OrderedExpression, scope: Scope) -> str:
    """Compile one key of a sort: descending unless said otherwise; nulls last where it descends, first where not."""
    value = compiler.scalar(node.expression, scope)
    if value.type is ScalarType.DYNAMIC:
        raise UnsupportedError("sorting by a dynamic", node.span, "convert it, as with tostring()")
    if node.order not in {None, "asc", "desc"}:
        raise UnsupportedError(f"the order `{node.order}`", node.span)
    word = "ASC" if node.order == "asc" else "DESC"
    nulls = node.nulls or ("first" if word == "ASC" else "last")
    # A constant in ORDER BY would be a column's number.
    text = value.text if value.row else f"({value} IS NULL)"
    return f"{text} {word} NULLS {nulls.upper()}"


def sorted_by(compiler: Compiler, relation: Relation, keys: Sequence[OrderedExpression], scope: Scope) -> Relation:
    """Add a CTE that numbers the rows in the order of the keys; rows of equal keys keep their order."""
    terms = [order_term(compiler, key, scope) for key in keys]
    return numbered(compiler, relation, terms)


def numbered(compiler: Compiler, relation: Relation, terms: Sequence[str]) -> Relation:
    """Add a CTE that numbers the rows in an order."""
    listed = ", ".join([*terms, *(relation.at(alias) for alias in relation.order)])
    number = f"row_number() OVER ({'ORDER BY ' + listed if listed else ''})"
    return compiler.select(
        relation.cte,
        relation.cte,
        [(relation.at(field.alias), field.alias) for field in relation.fields],
        relation.fields,
        order=("#row",),
        partition=relation.partition,
        given=(*(relation.at(alias) for alias in relation.partition), number),
        is_sorted=True,
    )


def compile_sort(compiler: Compiler, relation: Relation, node: SortOperator, scope: Scope) -> Relation:
    """Compile `sort by`."""
    return sorted_by(compiler, relation, node.expressions, scope)


def compile_top(compiler: Compiler, relation: Relation, node: TopOperator, scope: Scope) -> Relation:
    """Compile `top n by key`."""
    return take(compiler, sorted_by(compiler, relation, [node.by], scope), _count(compiler, node, scope))


def compile_take(compiler: Compiler, relation: Relation, node: TakeOperator, scope: Scope) -> Relation:
    """Compile `take n`."""
    return take(compiler, relation, _count(compiler, node, scope))


def _count(compiler: Compiler, node: TopOperator | TakeOperator, scope: Scope) -> int:
    count = compiler.integer(node.count, scope.without_row())
    if count < 0:
        raise ExecutionError(f"`{count}` rows can't be taken", node.count.span)
    return count


def take(compiler: Compiler, relation: Relation, count: int) -> Relation:
    """Keep the first rows, of each sub-table where there are some."""
    order = relation.order_by()
    if relation.partition:
        within = f"{relation.partition_by()}{'ORDER BY ' + order if order else ''}"
        rest = f"QUALIFY row_number() OVER ({within}) <= {count}"
    else:
        rest = (f"ORDER BY {order} " if order else "") + f"LIMIT {count}"
    return compiler.project(relation, compiler.columns(relation), rest)


def compile_serialize(compiler: Compiler, relation: Relation, node: SerializeOperator, scope: Scope) -> Relation:
    """Compile `serialize`: the rows' order is fixed as it is."""
    fixed = Relation(relation.cte, relation.fields, relation.order, relation.partition, is_sorted=True)
    if not relation.order:
        fixed = numbered(compiler, relation, [])
    return extend(compiler, fixed, node.expressions, scope.with_row(fixed)) if node.expressions else fixed
