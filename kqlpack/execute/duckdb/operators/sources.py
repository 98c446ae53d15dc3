"""`print`, `range` and `datatable`: rows that come from the query itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.operators.columns import Outputs, check_one_column, split_name
from kqlpack.execute.duckdb.sql import Sql, fields, name
from kqlpack.execute.duckdb.types import DUCKDB_TYPES, literal

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.syntax.nodes import DataTable, PrintOperator, RangeOperator

_T = ScalarType
_MOST_ROWS = 10_000_000


def compile_print(compiler: Compiler, node: PrintOperator, scope: Scope) -> Relation:
    """Compile `print`: one row."""
    outputs = Outputs()
    for index, each in enumerate(node.expressions):
        given, expression = split_name(each)
        check_one_column(compiler, expression)
        value = compiler.scalar(expression, scope)
        if given is not None:
            outputs.put(given, value)
        else:
            outputs.add(f"print_{index}", value)
    columns = outputs.listed()
    listed = fields((column, value.type) for column, value in columns)
    selected = [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)]
    return compiler.select("", "", selected, listed)


def compile_range(compiler: Compiler, node: RangeOperator, scope: Scope) -> Relation:
    """Compile `range x from a to b step c`."""
    low, high, step = (compiler.scalar(each, scope) for each in (node.from_, node.to, node.step))
    type_ = _range_type(low, high, step, node)
    if type_ not in {_T.DATETIME, _T.TIMESPAN}:
        low, high, step = (convert.coerce(each, type_, compiler, scope, node.span) for each in (low, high, step))
    first, last, by = (compiler.value_of(each, node.span) for each in (low, high, step))
    listed = fields([(node.name.name, type_)])
    count = _count(first, last, by, node)
    text = f"{literal(first, type_)} + item.range * {literal(by, _T.LONG if type_ is not _T.REAL else type_)}"
    selected = [(f"CAST({text} AS {DUCKDB_TYPES[type_]})", listed[0].alias)]
    return compiler.select(
        f"range(0, {count})", "item", selected, listed, order=("#row",), given=("item.range",), is_sorted=True
    )


def _range_type(low: Sql, high: Sql, step: Sql, node: RangeOperator) -> ScalarType:
    types = {low.type, high.type}
    if types <= {_T.INT, _T.LONG, _T.REAL}:
        types.add(step.type)
    if types == {_T.INT} and step.type is _T.INT:
        return _T.INT
    if types <= {_T.INT, _T.LONG}:
        return _T.LONG
    if types <= {_T.INT, _T.LONG, _T.REAL}:
        return _T.REAL
    if len(types) == 1 and types <= {_T.DATETIME, _T.TIMESPAN}:
        return low.type
    raise UnsupportedError(f"`range` from {low.type} to {high.type}", node.span)


def _count(first: Any, last: Any, by: Any, node: RangeOperator) -> int:
    if None in {first, last, by}:
        return 0
    if not by:
        raise ExecutionError("the step of `range` is zero", node.step.span)
    steps = (last - first) / by if isinstance(by, float) else (last - first) // by
    count: int = max(0, math.floor(steps + 1e-9) + 1)
    if count > _MOST_ROWS:
        raise ExecutionError(f"`range` would yield {count} rows", node.span)
    return count


def compile_datatable(compiler: Compiler, node: DataTable, scope: Scope) -> Relation:
    """Compile `datatable`: the values row by row."""
    columns = []
    for column in node.schema.columns:
        if column.type is None or not scalar_type(column.type.name).is_known:
            raise ExecutionError(f"the column `{column.name.name}` has no type", column.span)
        columns.append((column.name.name, scalar_type(column.type.name)))
    listed = fields(columns)
    width = len(columns)
    if not width or len(node.values) % width:
        raise ExecutionError(f"the {len(node.values)} values don't fill rows of {width} columns", node.span)
    rows = []
    for start in range(0, len(node.values), width):
        values = []
        for index in range(width):
            value_node = node.values[start + index]
            value = compiler.scalar(value_node, scope)
            type_ = columns[index][1]
            if value.type is not type_ and not (type_ is _T.STRING and value.text.startswith("CAST(NULL")):
                value = convert.convert(value, type_, compiler, scope, value_node.span)
            values.append(value.text if value.type is type_ else "''")
        rows.append(f"({start // width}, {', '.join(values)})")
    aliases = ", ".join(name(field.alias) for field in listed)
    if not rows:
        nulls = ", ".join(f"CAST(NULL AS {DUCKDB_TYPES[field.type]})" for field in listed)
        rows.append(f"(CAST(NULL AS BIGINT), {nulls})")
    source = f"(VALUES {', '.join(rows)})"
    cte = compiler.add(f'SELECT * FROM {source} AS v("#row", {aliases})' + (" WHERE FALSE" if not node.values else ""))
    return compiler.relation(cte, listed, ("#row",))
