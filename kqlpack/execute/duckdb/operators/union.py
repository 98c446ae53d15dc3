"""`union`: the rows of several tables; columns are matched by name, and a name with two types is split by type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb.operators.columns import matches
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.scope import Closure
from kqlpack.execute.duckdb.session import MissingTableError
from kqlpack.execute.duckdb.sql import Relation, fields, name
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.nodes import AsOperator, NameReference, PipeExpression, WildcardedName, unparenthesized

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.syntax.nodes import Node, UnionOperator


def compile_union(compiler: Compiler, relation: Relation | None, node: UnionOperator, scope: Scope) -> Relation:
    """Compile `union`, at the head of a query (`relation` is None) or behind a pipe."""
    check(node.parameters, "kind", "withsource", "with_source", "isfuzzy")
    kind = setting(node.parameters, "kind") or "outer"
    if kind not in {"inner", "outer"}:
        raise UnsupportedError(f"the kind `{kind}` of union", node.span)
    if relation is not None and relation.partition:
        raise UnsupportedError("a union inside mv-apply or partition", node.span)
    fuzzy = setting(node.parameters, "isfuzzy") == "true"
    legs: list[tuple[str, Relation]] = [] if relation is None else [("union_arg0", relation)]
    for table in node.tables:
        for leg in tables_of(compiler, table, scope):
            try:
                found = compiler.tabular(leg, scope.without_row())
            except MissingTableError:
                if not fuzzy:
                    raise
                continue
            legs.append((_source_name(leg, scope) or f"union_arg{len(legs)}", found))
    if not legs:
        raise ExecutionError("none of the tables of this union is there", node.span)
    return united(compiler, legs, inner=kind == "inner", source=setting(node.parameters, "withsource", "with_source"))


def _source_name(node: Node, scope: Scope) -> str:
    """Return what `withsource` calls a leg: a table, a view, or what `as` calls it; "" for the others."""
    node = unparenthesized(node)
    if isinstance(node, PipeExpression) and isinstance(node.operator, AsOperator):
        return node.operator.name.name
    if isinstance(node, NameReference):
        value = scope.variables.get(node.name)
        if value is None or (isinstance(value, Closure) and value.declaration.is_view):
            return node.name
    return ""


def tables_of(compiler: Compiler, node: Node, scope: Scope) -> list[Node]:
    """Return the tables that an entry stands for: itself, or all that a pattern matches."""
    if not isinstance(node, WildcardedName):
        return [node]
    views = [
        name for name, value in scope.variables.items() if isinstance(value, Closure) and value.declaration.is_view
    ]
    tables = [each for each in compiler.session.names() if each not in scope.variables]
    names = [each for each in (*tables, *views) if matches(node.pattern, each)]
    return [NameReference(node.start, node.end, each) for each in names]


def united(
    compiler: Compiler, legs: list[tuple[str, Relation]], *, inner: bool = False, source: str | None = None
) -> Relation:
    """Unite relations; `source` names the column that tells where a row comes from."""
    columns = _columns([leg for _, leg in legs], inner=inner)
    if source:
        columns = [(source, ScalarType.STRING, ""), *columns]
    listed = fields((column, type_) for column, type_, _ in columns)
    parts = []
    for index, (leg_name, leg) in enumerate(legs):
        values = []
        for (_, type_, of), field in zip(columns, listed, strict=True):
            found = leg.field(of) if of else None
            value = literal(leg_name, type_) if not of else literal(None, type_)
            if found is not None and found.type is type_:
                value = leg.column(found)
            values.append(f"{value} AS {name(field.alias)}")
        row = f"row_number() OVER ({'ORDER BY ' + leg.order_by() if leg.order else ''})"
        parts.append(
            f"SELECT {', '.join([*values, f'{index} AS ' + name('#leg'), f'{row} AS ' + name('#row')])} FROM {leg.cte}"
        )
    return Relation(compiler.add("\n  UNION ALL ".join(parts)), listed, ("#leg", "#row"))


def _columns(legs: list[Relation], *, inner: bool) -> list[tuple[str, ScalarType, str]]:
    """Return the result's columns: name, type, and the name that they have in the legs."""
    types: dict[str, list[ScalarType]] = {}
    counts: dict[str, int] = {}
    for leg in legs:
        for field in leg.fields:
            found = types.setdefault(field.name, [])
            counts[field.name] = counts.get(field.name, 0) + 1
            if field.type not in found:
                found.append(field.type)
    result: list[tuple[str, ScalarType, str]] = []
    for column, found in types.items():
        if inner and (counts[column] < len(legs) or len(found) > 1):
            continue
        if len(found) == 1:
            result.append((column, found[0], column))
        else:
            result += [(f"{column}_{type_}", type_, column) for type_ in found]
    # A name that is a column's own stays; one made by splitting gets a number where it is taken.
    taken = {column for column, _, of in result if column == of}
    unique = []
    for column, type_, of in result:
        free, number = column, 0
        while free in taken and column != of:
            number += 1
            free = f"{column}{number}"
        taken.add(free)
        unique.append((free, type_, of))
    return unique
