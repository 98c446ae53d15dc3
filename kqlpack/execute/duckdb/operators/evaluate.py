"""`evaluate`: plugins.

`bag_unpack` and `pivot` read their input while the query is compiled: its values name the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import aggregates, convert
from kqlpack.execute.duckdb.expressions import member
from kqlpack.execute.duckdb.operators.columns import Outputs
from kqlpack.execute.duckdb.operators.parameters import check
from kqlpack.execute.duckdb.sql import fields, make, string
from kqlpack.execute.duckdb.types import load
from kqlpack.syntax.nodes import FunctionCall, NamedExpression, NameReference

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Field, Relation
    from kqlpack.syntax.nodes import EvaluateOperator, Node

_T = ScalarType


def compile_evaluate(compiler: Compiler, relation: Relation, node: EvaluateOperator, scope: Scope) -> Relation:
    """Compile `evaluate`."""
    check(node.parameters)
    plugin = node.call.name.name
    handler = _PLUGINS.get(plugin)
    if handler is None:
        raise UnsupportedError(f"the plugin `{plugin}`", node.call.span)
    if node.schema is not None:
        raise UnsupportedError("the schema of a plugin's result", node.schema.span)
    if any(isinstance(argument, NamedExpression) for argument in node.call.arguments):
        raise UnsupportedError(f"named arguments of `{plugin}`", node.call.span)
    return handler(compiler, relation, node, scope)


def _column(relation: Relation, node: Node) -> Field:
    field = relation.field(node.name) if isinstance(node, NameReference) else None
    if field is None:
        raise ExecutionError("a column's name is wanted here", node.span)
    return field


# ---- bag_unpack ------------------------------------------------------------------------------------------------------


def _bag_unpack(compiler: Compiler, relation: Relation, node: EvaluateOperator, scope: Scope) -> Relation:
    arguments = node.call.arguments
    if len(arguments) > 2:
        raise UnsupportedError("more than two arguments of `bag_unpack`", node.call.span)
    bag = _column(relation, arguments[0])
    prefix = str(compiler.constant(arguments[1], scope.without_row())) if len(arguments) > 1 else ""
    rows = compiler.fetch(f"SELECT DISTINCT {relation.column(bag)} FROM {relation.cte}")
    types: dict[str, ScalarType] = {}
    for (text,) in rows:
        value = load(text) if text is not None else None
        if isinstance(value, dict):
            for key, item in value.items():
                types[key] = _widened(types.get(key), item)
    outputs = Outputs(column for column in compiler.columns(relation) if column[0] != bag.name)
    for key in sorted(types):
        if prefix + key in outputs:
            raise ExecutionError(f"`bag_unpack` finds the column `{prefix + key}` there already", node.call.span)
        found = member(relation.column(bag), key)
        outputs.put(prefix + key, convert.from_dynamic(found, types[key], compiler, scope, node.span))
    return compiler.project(relation, outputs.listed())


def _widened(known: ScalarType | None, value: Any) -> ScalarType:
    found = _type_of(value)
    if known is None or found is known:
        return found
    return _T.REAL if {known, found} == {_T.LONG, _T.REAL} else _T.DYNAMIC


def _type_of(value: Any) -> ScalarType:
    for python_type, type_ in ((bool, _T.BOOL), (int, _T.LONG), (float, _T.REAL), (str, _T.STRING)):
        if isinstance(value, python_type):
            return type_
    return _T.DYNAMIC


# ---- pivot -----------------------------------------------------------------------------------------------------------


def _pivot(compiler: Compiler, relation: Relation, node: EvaluateOperator, scope: Scope) -> Relation:
    arguments = node.call.arguments
    column = _column(relation, arguments[0])
    call: Node | None = arguments[1] if len(arguments) > 1 else None
    used = {column.name}
    if call is not None:
        if not isinstance(call, FunctionCall):
            raise ExecutionError("an aggregate is wanted here", call.span)
        used |= {each.name for each in call.arguments if isinstance(each, NameReference)}
    kept = [_column(relation, each) for each in arguments[2:]]
    if not kept:
        kept = [field for field in relation.fields if field.name not in used]
    key = convert.to_string(relation.column(column))
    values = [row[0] for row in compiler.fetch(f"SELECT DISTINCT {key} FROM {relation.cte} ORDER BY 1")]
    outputs = Outputs((field.name, relation.column(field)) for field in kept)
    groups = len(kept)
    for value in values:
        test = f"{key} = {string(value)}"
        if call is None:
            aggregate = make(f"count(*) FILTER (WHERE {test})", _T.LONG, [], nullable=False)
        else:
            aggregate = aggregates.compile_aggregate(compiler, relation, call, scope, only=test)
        outputs.add(value, aggregate)
    columns = outputs.listed()
    listed = fields((name, value.type) for name, value in columns)
    return compiler.select(
        relation.cte,
        relation.cte,
        [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)],
        listed,
        rest="GROUP BY " + ", ".join(str(index + 1) for index in range(groups)) if groups else "",
    )


_PLUGINS: Final[dict[str, Callable[[Compiler, Relation, EvaluateOperator, Scope], Relation]]] = {
    "bag_unpack": _bag_unpack,
    "pivot": _pivot,
}
