"""`mv-expand`, `mv-apply` and `partition`: a row for each element; a query for each row's elements, or for each group.

Sources: the documentation's pages on the three: columns are expanded side by side; null gives one row, an empty array
none; a bag gives bags of one key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.operators.columns import Outputs, automatic_name, split_name
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.sql import Relation, Sql, fields
from kqlpack.syntax.nodes import NamedExpression, NameReference, TypeReference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import (
        MvApplyOperator,
        MvExpandItem,
        MvExpandOperator,
        PartitionOperator,
    )


def compile_mv_expand(compiler: Compiler, relation: Relation, node: MvExpandOperator, scope: Scope) -> Relation:
    """Compile `mv-expand`."""
    check(node.parameters, "bagexpansion", "kind", "with_itemindex")
    shape = setting(node.parameters, "bagexpansion", "kind") or "bag"
    if shape not in {"bag", "array"}:
        raise UnsupportedError(f"the bag expansion `{shape}`", node.span)
    index = setting(node.parameters, "with_itemindex")
    # The older keyword has a limit of its own.
    limit = 128 if node.keyword == "mvexpand" else None
    if node.limit is not None:
        limit = compiler.integer(node.limit, scope.without_row())
    return expand(compiler, relation, node.items, scope, limit=limit, index=index, arrays=shape == "array")


def expand(
    compiler: Compiler,
    relation: Relation,
    items: Sequence[MvExpandItem],
    scope: Scope,
    *,
    limit: int | None = None,
    index: str | None = None,
    arrays: bool = False,
) -> Relation:
    """Add the CTEs that expand `items` side by side."""
    macro = "kql_expand_to_arrays" if arrays else "kql_expand"
    lists: list[str] = []
    for item in items:
        _, expression = split_name(item.expression)
        value = compiler.scalar(expression, scope)
        if value.type is not ScalarType.DYNAMIC:
            raise UnsupportedError(f"mv-expand of a value of type {value.type}", item.span)
        lists.append(f"{macro}({value})")
    wide = compiler.select(
        relation.cte,
        relation.cte,
        [
            *((relation.at(field.alias), field.alias) for field in relation.fields),
            *((text, f"#list{number}") for number, text in enumerate(lists)),
        ],
        relation.fields,
        order=relation.order,
        partition=relation.partition,
    )
    lengths = [f"len({wide.at(f'#list{number}')})" for number in range(len(lists))]
    longest = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
    count = f"least({longest}, {limit})" if limit is not None else longest
    level = f"#item{len(relation.order)}"
    long = compiler.select(
        wide.cte,
        wide.cte,
        [
            *((wide.at(field.alias), field.alias) for field in relation.fields),
            *((wide.at(f"#list{number}"), f"#list{number}") for number in range(len(lists))),
        ],
        relation.fields,
        order=(*wide.order, level),
        partition=wide.partition,
        given=(*(wide.at(alias) for alias in wide.hidden), f"unnest(range(1, {count} + 1))"),
    )
    outputs = Outputs(compiler.columns(long))
    inside = scope.with_row(long)
    for number, item in enumerate(items):
        element = Sql(f"{long.at(f'#list{number}')}[{long.at(level)}]", ScalarType.DYNAMIC, row=True)
        element = convert.convert(element, _type(item), compiler, inside, item.span)
        given, expression = split_name(item.expression)
        if isinstance(item.expression, (NameReference, NamedExpression)):
            outputs.put(given or str(getattr(expression, "name", "")), element)
        else:
            outputs.add(automatic_name(compiler, expression), element)
    if index:
        outputs.put(index, Sql(f"({long.at(level)} - 1)", ScalarType.LONG, nullable=False, row=True))
    return compiler.project(long, outputs.listed())


def _type(item: MvExpandItem) -> ScalarType:
    if item.to is None:
        return ScalarType.DYNAMIC
    wanted = item.to.types[0]
    type_ = scalar_type(wanted.name) if isinstance(wanted, TypeReference) else ScalarType.UNKNOWN
    if not type_.is_known:
        raise UnsupportedError("this type of an element", item.to.span)
    return type_


def compile_mv_apply(compiler: Compiler, relation: Relation, node: MvApplyOperator, scope: Scope) -> Relation:
    """Compile `mv-apply`: the query runs over all rows at once, parted by the row that they come from."""
    check(node.parameters, "with_itemindex")
    if node.context_id is not None:
        raise UnsupportedError("the id of mv-apply", node.context_id.span)
    limit = compiler.integer(node.limit, scope.without_row()) if node.limit is not None else None
    index = setting(node.parameters, "with_itemindex")
    level = f"#part{len(relation.partition)}"
    base = _parted(
        compiler, relation, level, f"row_number() OVER ({'ORDER BY ' + relation.order_by() if relation.order else ''})"
    )
    compiler.materialize(base)
    expanded = expand(compiler, base, node.items, scope.with_row(base), limit=limit, index=index)
    result = compiler.pipe_over(expanded, node.subquery, scope)
    replaced = {
        given or automatic_name(compiler, each)
        for given, each in map(split_name, (item.expression for item in node.items))
    }
    outputs = Outputs((field.name, base.column(field)) for field in base.fields if field.name not in replaced)
    for field in result.fields:
        outputs.put(field.name, result.column(field))
    columns = outputs.listed()
    listed = fields((column, value.type) for column, value in columns)
    source = f"{base.cte} JOIN {result.cte} ON {base.at(level)} = {result.at(level)}"
    own = tuple(f"#sub{number}" for number in range(len(result.order)))
    return compiler.select(
        source,
        "",
        [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)],
        listed,
        order=(level, *own),
        partition=relation.partition,
        given=(
            *(base.at(alias) for alias in relation.partition),
            base.at(level),
            *(result.at(alias) for alias in result.order),
        ),
    )


def _parted(compiler: Compiler, relation: Relation, level: str, value: str) -> Relation:
    return compiler.select(
        relation.cte,
        relation.cte,
        [(relation.at(field.alias), field.alias) for field in relation.fields],
        relation.fields,
        order=relation.order,
        partition=(*relation.partition, level),
        given=(
            *(relation.at(alias) for alias in relation.partition),
            value,
            *(relation.at(alias) for alias in relation.order),
        ),
        is_sorted=relation.is_sorted,
    )


def compile_partition(compiler: Compiler, relation: Relation, node: PartitionOperator, scope: Scope) -> Relation:
    """Compile `partition by key (query)`."""
    check(node.parameters)
    if node.is_braced or node.scope is not None:
        raise UnsupportedError("partition with a whole query", node.subquery.span)
    key = compiler.scalar(node.key, scope)
    level = f"#part{len(relation.partition)}"
    parted = _parted(compiler, relation, level, key.text)
    result = compiler.pipe_over(parted, node.subquery, scope)
    return Relation(result.cte, result.fields, (level, *result.order), relation.partition)
