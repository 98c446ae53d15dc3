"""`summarize`, `distinct` and `count`: groups and their aggregates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb import aggregates
from kqlpack.execute.duckdb.operators.columns import Outputs, automatic_name, place, split_name
from kqlpack.execute.duckdb.operators.parameters import check
from kqlpack.execute.duckdb.sql import Field, Relation, Sql, fields, make
from kqlpack.syntax.nodes import CompoundNamedExpression, FunctionCall, children, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import CountOperator, DistinctOperator, Node, SummarizeOperator


@dataclass(frozen=True, slots=True)
class _Output:
    """A column of the result: a key or an aggregate (`value`), or an expression over aggregates."""

    name: str
    value: Sql | None
    expression: Node | None = None


def compile_summarize(compiler: Compiler, relation: Relation, node: SummarizeOperator, scope: Scope) -> Relation:
    """Compile `summarize`."""
    check(node.parameters)
    if node.bin is not None:
        raise UnsupportedError("`bin = ...` behind the keys", node.bin.span)
    keys = place(compiler, Outputs(), node.by or (), scope)
    for key, value in keys.listed():
        if value.type is ScalarType.DYNAMIC:
            raise UnsupportedError(f"grouping by `{key}`, a dynamic", node.span, "convert it, as with tostring()")
    outputs, inner = _outputs(compiler, relation, node.aggregates, scope, keys)
    return _grouped(compiler, relation, keys.listed(), outputs, inner, scope)


def _outputs(
    compiler: Compiler, relation: Relation, nodes: Sequence[Node], scope: Scope, keys: Outputs
) -> tuple[list[_Output], dict[Node, Sql]]:
    names = Outputs(keys.listed())
    key_names = {name for name, _ in keys.listed()}
    outputs: list[_Output] = []
    inner: dict[Node, Sql] = {}
    nothing = Sql("NULL", ScalarType.DYNAMIC)
    for each in nodes:
        given_names: tuple[str, ...] = ()
        if isinstance(each, CompoundNamedExpression):
            given_names = tuple(name.name for name in each.names)
            given, expression = None, each.expression
        else:
            given, expression = split_name(each)
            given_names = (given,) if given is not None else ()
        expression = unparenthesized(expression)
        several = None
        if isinstance(expression, FunctionCall) and expression.name.name not in scope.variables:
            several = aggregates.several(compiler, relation, expression, scope, key_names)
        if several is not None:
            for index, (name, value) in enumerate(several):
                is_given = index < len(given_names)
                taken = names.put(given_names[index], value) if is_given else names.add(name, value)
                outputs.append(_Output(taken, value))
            continue
        if isinstance(each, CompoundNamedExpression):
            raise UnsupportedError("several names for one value", each.span)
        name = (
            names.put(given, nothing) if given is not None else names.add(automatic_name(compiler, expression), nothing)
        )
        if isinstance(expression, FunctionCall) and is_aggregate(compiler, expression, scope):
            outputs.append(_Output(name, aggregates.compile_aggregate(compiler, relation, expression, scope)))
            continue
        for call in _aggregate_calls(compiler, expression, scope):
            inner[call] = aggregates.compile_aggregate(compiler, relation, call, scope)
        outputs.append(_Output(name, None, expression))
    return outputs, inner


def is_aggregate(compiler: Compiler, call: FunctionCall, scope: Scope) -> bool:
    """Tell whether a call is an aggregate's."""
    name = call.name.name
    return name not in scope.variables and compiler.catalog.aggregate(name) is not None


def _aggregate_calls(compiler: Compiler, node: Node, scope: Scope) -> Iterator[FunctionCall]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, FunctionCall) and is_aggregate(compiler, each, scope):
            yield each
        else:
            waiting.extend(children(each))


def _grouped(
    compiler: Compiler,
    relation: Relation,
    keys: list[tuple[str, Sql]],
    outputs: list[_Output],
    inner: dict[Node, Sql],
    scope: Scope,
) -> Relation:
    columns = list(keys)
    columns += [(output.name, output.value) for output in outputs if output.value is not None]
    columns += [(f"aggregate {index}", value) for index, value in enumerate(inner.values(), 1)]
    listed = fields((name, value.type) for name, value in columns)
    hidden = len(relation.partition)
    grouped = [str(number + 1) for number in range(len(keys))]
    grouped += [str(len(columns) + number + 1) for number in range(hidden)]
    if not columns:
        # Expressions without any aggregate: one row, as of no group.
        columns = [("nothing", Sql("count(*)", ScalarType.LONG, nullable=False))]
        listed = fields((name, value.type) for name, value in columns)
    order = ("#row",) if len(relation.order) == 1 and grouped else ()
    result = compiler.select(
        relation.cte,
        relation.cte,
        [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)],
        listed,
        order=order,
        partition=relation.partition,
        given=(
            *(relation.at(alias) for alias in relation.partition),
            *(f"min({relation.at(alias)})" for alias in relation.order if order),
        ),
        rest=f"GROUP BY {', '.join(grouped)}" if grouped else "",
    )
    if not inner and all(output.value is not None for output in outputs):
        return result
    return _over_aggregates(compiler, result, keys, outputs, inner, scope)


def _over_aggregates(
    compiler: Compiler,
    result: Relation,
    keys: list[tuple[str, Sql]],
    outputs: list[_Output],
    inner: dict[Node, Sql],
    scope: Scope,
) -> Relation:
    simple = [output.name for output in outputs if output.value is not None]
    by_name: dict[str, Field] = dict(zip([*(name for name, _ in keys), *simple], result.fields, strict=False))
    aggregated = result.fields[len(keys) + len(simple) :][: len(inner)]
    computed = {
        call: make(result.at(field.alias), field.type, [Sql("", field.type, value.nullable, row=True)])
        for (call, value), field in zip(inner.items(), aggregated, strict=True)
    }
    inside = replace(scope.with_row(result), computed=computed)
    final: list[tuple[str, Sql]] = [(name, result.column(by_name[name])) for name, _ in keys]
    for output in outputs:
        if output.expression is None:
            final.append((output.name, result.column(by_name[output.name])))
        else:
            final.append((output.name, compiler.scalar(output.expression, inside)))
    return compiler.project(result, final)


def compile_distinct(compiler: Compiler, relation: Relation, node: DistinctOperator, scope: Scope) -> Relation:
    """Compile `distinct`: in the order in which the values appear first."""
    check(node.parameters)
    columns = place(compiler, Outputs(), node.expressions, scope).listed()
    return _grouped(compiler, relation, columns, [], {}, scope)


def compile_count(compiler: Compiler, relation: Relation, node: CountOperator, scope: Scope) -> Relation:
    """Compile `count`."""
    check(node.parameters)
    name = node.name.name if node.name is not None else "Count"
    output = _Output(name, Sql("count(*)", ScalarType.LONG, nullable=False))
    return _grouped(compiler, relation, [], [output], {}, scope)
