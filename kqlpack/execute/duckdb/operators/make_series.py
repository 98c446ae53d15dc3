"""`make-series`: for each group an array of aggregates, one for each step of the axis.

Source: the documentation's page on make-series: the first value of the axis is `from`, `to` is left out, a step
without rows has the default, which is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import aggregates, convert
from kqlpack.execute.duckdb.operators.columns import Outputs, automatic_name, place, split_name
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.operators.summarize import is_aggregate
from kqlpack.execute.duckdb.sql import Relation, Sql, fields, make, name
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.nodes import FunctionCall

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import MakeSeriesOperator

_T = ScalarType
_MOST_STEPS: Final = 1_048_576


def compile_make_series(compiler: Compiler, relation: Relation, node: MakeSeriesOperator, scope: Scope) -> Relation:
    """Compile `make-series`."""
    check(node.parameters, "kind")
    if relation.partition:
        raise UnsupportedError("make-series inside mv-apply or partition", node.span)
    keys = place(compiler, Outputs(), node.by, scope)
    names = Outputs(keys.listed())
    items: list[tuple[str, Sql, Sql]] = []
    for item in node.items:
        given, expression = split_name(item.expression)
        if not isinstance(expression, FunctionCall) or not is_aggregate(compiler, expression, scope):
            raise UnsupportedError("an expression over aggregates in make-series", item.span)
        value = aggregates.compile_aggregate(compiler, relation, expression, scope)
        default = literal(0, _T.LONG)
        if item.default is not None:
            default = compiler.scalar(item.default, scope.without_row())
        column = (
            names.put(given, value) if given is not None else names.add(automatic_name(compiler, expression), value)
        )
        items.append((column, value, _alike(default, value, compiler, scope, node)))
    axis_name, axis_node = split_name(node.axis)
    axis = compiler.scalar(axis_node, scope)
    shown = axis_name if axis_name is not None else automatic_name(compiler, axis_node)
    first, step, count = _steps(compiler, relation, node, axis, scope)
    return _series(
        compiler,
        relation,
        keys.listed(),
        items,
        (shown, axis),
        (first, step, count),
        always=setting(node.parameters, "kind") == "nonempty",
    )


def _alike(default: Sql, value: Sql, compiler: Compiler, scope: Scope, node: MakeSeriesOperator) -> Sql:
    if default.type is value.type or default.text.startswith("CAST(NULL"):
        return default
    if default.type is _T.REAL and value.type in {_T.INT, _T.LONG}:
        return default
    return convert.coerce(default, value.type, compiler, scope, node.span)


def _steps(
    compiler: Compiler, relation: Relation, node: MakeSeriesOperator, axis: Sql, scope: Scope
) -> tuple[Any, Any, int]:
    """Return the first value of the axis, the step, and how many steps there are."""
    constants = scope.without_row()
    if node.range_arguments or node.step is None:
        raise UnsupportedError("make-series without `step`, or with `in range`", node.span)
    step = compiler.constant(node.step, constants)
    if not step or step < 0:
        raise ExecutionError("the step of make-series must be greater than zero", node.step.span)
    if axis.type not in {_T.DATETIME, _T.TIMESPAN, _T.INT, _T.LONG, _T.REAL}:
        raise UnsupportedError(f"an axis of type {axis.type}", node.axis.span)
    low, high = compiler.fetch(f"SELECT min({axis}), max({axis}) FROM {relation.cte}")[0]
    if node.from_ is not None:
        first = compiler.constant(node.from_, constants)
    elif low is None:
        return 0, step, 0
    else:
        first = low // step * step
    if node.to is not None:
        last = compiler.constant(node.to, constants)
    elif high is None:
        return first, step, 0
    else:
        last = first + (high - first) // step * step + step
    count = max(0, int(-((first - last) // step)))
    if count > _MOST_STEPS:
        raise ExecutionError(f"make-series would yield {count} steps", node.span)
    return first, step, count


def _series(
    compiler: Compiler,
    relation: Relation,
    keys: list[tuple[str, Sql]],
    items: list[tuple[str, Sql, Sql]],
    axis: tuple[str, Sql],
    steps: tuple[Any, Any, int],
    *,
    always: bool,
) -> Relation:
    first, step, count = steps
    shown, value = axis
    kind = value.type if value.type is not _T.INT else _T.LONG
    start, width = literal(first, kind), literal(step, kind)
    number = f"CAST(floor(({value} - {start}) / {width}) AS BIGINT)"
    if kind is not _T.REAL:
        number = f"(({value} - {start}) // {width})"
    listed = fields(
        [*((column, each.type) for column, each in keys), *((column, _T.DYNAMIC) for column, _, _ in items)]
    )
    end = literal(first + step * count, kind)
    groups = ", ".join(str(index + 1) for index in range(len(keys) + 1))
    inner = [
        *(f"{each} AS {name(field.alias)}" for (_, each), field in zip(keys, listed, strict=False)),
        f"{number} AS {name('#step')}",
        *(f"{each} AS {name(f'#value{index}')}" for index, (_, each, _) in enumerate(items)),
    ]
    inside = f"WHERE {value} >= {start} AND {value} < {end}"
    found = compiler.add(f"SELECT {', '.join(inner)} FROM {relation.cte} {inside} GROUP BY {groups}")
    key_aliases = [name(field.alias) for field in listed[: len(keys)]]
    selected_keys = "".join(f"{found}.{alias}, " for alias in key_aliases)
    groups_sql = (
        f"(SELECT DISTINCT {selected_keys.rstrip(', ')} FROM {found})"
        if keys
        else "(SELECT 1)"
        if always
        else f"(SELECT 1 FROM {relation.cte} LIMIT 1)"
    )
    matches = " AND ".join(
        [
            *(f"g.{alias} IS NOT DISTINCT FROM {found}.{alias}" for alias in key_aliases),
            f"s.range = {found}.{name('#step')}",
        ]
    )
    arrays = []
    for index, (_, each, default) in enumerate(items):
        cell = f"{found}.{name(f'#value{index}')}"
        filled = make(f"CASE WHEN {found}.{name('#step')} IS NULL THEN {default} ELSE {cell} END", each.type, [each])
        item = convert.to_dynamic(filled).text if default.type is each.type else f"to_json({filled})"
        arrays.append(f"to_json(list({item} ORDER BY s.range)) AS {name(listed[len(keys) + index].alias)}")
    axis_value = make(f"({start} + s.range * {width})", kind, [])
    all_fields = fields([*((field.name, field.type) for field in listed), (shown, _T.DYNAMIC)])
    axis_alias = name(all_fields[-1].alias)
    axis_array = f"to_json(list({convert.to_dynamic(axis_value)} ORDER BY s.range)) AS {axis_alias}"
    statement = (
        f"SELECT {''.join(f'g.{alias}, ' for alias in key_aliases)}{', '.join([*arrays, axis_array])}"
        f" FROM {groups_sql} AS g CROSS JOIN range(0, {count}) AS s LEFT JOIN {found} ON {matches}"
    )
    groups_of_keys = ", ".join(f"g.{alias}" for alias in key_aliases)
    # Without keys and rows there is no series, but for `kind=nonempty`.
    statement += f" GROUP BY {groups_of_keys}" if keys else " HAVING count(*) > 0"
    return Relation(compiler.add(statement), all_fields)
