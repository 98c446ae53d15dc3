"""Scalar expressions.

In: a node and a scope. Out: `Sql`. Operators have files of their own: arithmetic.py, comparisons.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import arithmetic, comparisons, functions
from kqlpack.execute.duckdb.scope import Closure, Scope
from kqlpack.execute.duckdb.sql import Relation, Sql, make, string
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.literals import BadLiteralError, literal_value
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    DynamicLiteral,
    ElementExpression,
    FunctionCall,
    InExpression,
    JsonArray,
    JsonObject,
    Literal,
    NamedExpression,
    NameReference,
    NullLiteral,
    ParenthesizedExpression,
    PathExpression,
    StringLiteral,
    ToScalarExpression,
    UnaryExpression,
)
from kqlpack.values import Datetime, Timespan

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.syntax.nodes import Node

_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_@#$ .:-]+")


def compile_expression(compiler: Compiler, node: Node, scope: Scope) -> Sql:
    """Compile any scalar expression."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise UnsupportedError(f"this as a scalar: {node.in_words}", node.span)
    return handler(compiler, node, scope)


# ---- literals --------------------------------------------------------------------------------------------------------


def _literal(compiler: Compiler, node: Literal, scope: Scope) -> Sql:
    del compiler, scope
    return literal(_engine_value(node), ScalarType(node.kind))


def _engine_value(node: Literal) -> Any:
    try:
        value = literal_value(node)
    except BadLiteralError as error:
        raise ExecutionError(str(error), node.span) from None
    return value.ticks if isinstance(value, (Datetime, Timespan)) else value


def _string(compiler: Compiler, node: StringLiteral, scope: Scope) -> Sql:
    del compiler, scope
    return literal(node.value, ScalarType.STRING)


def _dynamic(compiler: Compiler, node: DynamicLiteral, scope: Scope) -> Sql:
    del compiler, scope
    return literal(json_value(node.value), ScalarType.DYNAMIC)


def json_value(node: Node) -> Any:
    """Return the Python value of what stands inside `dynamic(...)`."""
    match node:
        case NullLiteral():
            return None
        case StringLiteral():
            return node.value
        case JsonArray():
            return [json_value(item) for item in node.items]
        case JsonObject():
            return {pair.name.value: json_value(pair.value) for pair in node.pairs}
        case DynamicLiteral():
            return json_value(node.value)
        case UnaryExpression():
            value = json_value(node.operand)
            return -value if node.operator == "-" else value
        case Literal():
            try:
                value = literal_value(node)
            except BadLiteralError as error:
                raise ExecutionError(str(error), node.span) from None
            return value if value is None or isinstance(value, (bool, int, float)) else str(value)
        case _:
            raise UnsupportedError("this inside dynamic()", node.span)


# ---- names -----------------------------------------------------------------------------------------------------------


def _name(compiler: Compiler, node: NameReference, scope: Scope) -> Sql:
    if scope.row is not None:
        field = scope.row.field(node.name)
        if field is not None:
            return scope.row.column(field)
    if scope.left is not None and scope.right is not None:
        for side in (scope.left, scope.right):
            field = side.field(node.name)
            if field is not None:
                return side.column(field)
    value = scope.variables.get(node.name)
    if value is None:
        raise ExecutionError(f"there is no column `{node.name}` here", node.span)
    if isinstance(value, Closure):
        return compiler.scalar_call(value, FunctionCall(node.start, node.end, node, ()), scope)
    if isinstance(value, Relation):
        raise ExecutionError(
            f"`{node.name}` is a table, where a scalar is wanted; toscalar() makes one of it", node.span
        )
    return compiler.variable(value, node)


def _parenthesized(compiler: Compiler, node: ParenthesizedExpression, scope: Scope) -> Sql:
    return compiler.scalar(node.expression, scope)


def _named(compiler: Compiler, node: NamedExpression, scope: Scope) -> Sql:
    return compiler.scalar(node.expression, scope)


def _path(compiler: Compiler, node: PathExpression, scope: Scope) -> Sql:
    if isinstance(node.expression, NameReference) and isinstance(node.selector, NameReference):
        side = {"$left": scope.left, "$right": scope.right}.get(node.expression.name)
        if side is not None:
            field = side.field(node.selector.name)
            if field is None:
                raise ExecutionError(f"there is no column `{node.selector.name}` on this side", node.selector.span)
            return side.column(field)
    if not isinstance(node.selector, NameReference):
        raise UnsupportedError("a call behind a dot", node.selector.span)
    base = _bag(compiler, node.expression, scope)
    return member(base, node.selector.name)


def _element(compiler: Compiler, node: ElementExpression, scope: Scope) -> Sql:
    base = _bag(compiler, node.expression, scope)
    index = node.index
    if isinstance(index, StringLiteral):
        return member(base, index.value)
    if isinstance(index, Literal) and index.kind in {"long", "int"}:
        return _at(base, f"'$[{_engine_value(index)}]'")
    if isinstance(index, UnaryExpression) and isinstance(index.operand, Literal) and index.operator == "-":
        return _at(base, f"'$[#-{_engine_value(index.operand)}]'")
    value = compiler.scalar(index, scope)
    if value.type is ScalarType.STRING:
        return _at(base, f"'/' || replace(replace({value}, '~', '~0'), '/', '~1')", value)
    if value.type in {ScalarType.INT, ScalarType.LONG}:
        sign = f"CASE WHEN {value} < 0 THEN '#' ELSE '' END"
        return _at(base, f"'$[' || {sign} || CAST({value} AS VARCHAR) || ']'", value)
    raise UnsupportedError(f"an index of type {value.type}", index.span)


def _bag(compiler: Compiler, node: Node, scope: Scope) -> Sql:
    base = compiler.scalar(node, scope)
    if base.type is ScalarType.STRING and base.row:
        reason = "parse it first, with parse_json()"
        construct = "a member of a value of type string"
        return compiler.stop(f"{base} <> ''", ScalarType.DYNAMIC, [base], construct, node.span, reason)
    if base.type is not ScalarType.DYNAMIC:
        raise UnsupportedError(f"a member of a value of type {base.type}", node.span)
    return base


def member(base: Sql, key: str) -> Sql:
    """Return a member of a bag; null where the dynamic is none, or has none of the name."""
    if _PLAIN_KEY.fullmatch(key):
        return _at(base, string(f'$."{key}"'))
    # A JSON pointer takes any name.
    return _at(base, string("/" + key.replace("~", "~0").replace("/", "~1")))


_PATH: Final = re.compile(
    r"""kql_at\((?P<base>.*), '(?P<path>\$(?:\."[A-Za-z0-9_@#$ .:-]+"|\[[0-9]+\])*)'\)""", re.DOTALL
)


def _at(base: Sql, path: str, *parts: Sql) -> Sql:
    if path.startswith("'$") and path.endswith("'") and (match := _PATH.fullmatch(base.text)):
        # d.a.b in one step.
        return make(
            f"kql_at({match['base']}, '{match['path']}{path[2:]})", ScalarType.DYNAMIC, [base, *parts], nullable=True
        )
    return make(f"kql_at({base}, {path})", ScalarType.DYNAMIC, [base, *parts], nullable=True)


# ---- the rest --------------------------------------------------------------------------------------------------------


def _to_scalar(compiler: Compiler, node: ToScalarExpression, scope: Scope) -> Sql:
    inner = node.expression
    if not compiler.is_tabular(inner, scope):
        return compiler.scalar(inner, scope.without_row())
    relation = compiler.tabular(inner, scope.without_row())
    if not relation.fields:
        raise ExecutionError("toscalar() of a table without columns", node.span)
    field = relation.fields[0]
    order = f" ORDER BY {relation.order_by()}" if relation.order else ""
    # Once, before all else: the service does so too, and the value is a constant from here on.
    rows = compiler.fetch(f"SELECT {relation.at(field.alias)} FROM {relation.cte}{order} LIMIT 1")
    value = rows[0][0] if rows else None
    if field.type is ScalarType.DYNAMIC and value is not None:
        return Sql(f"CAST({string(value)} AS JSON)", field.type, nullable=False)
    return literal(value, field.type)


def _call(compiler: Compiler, node: FunctionCall, scope: Scope) -> Sql:
    value = scope.variables.get(node.name.name)
    if isinstance(value, Closure):
        return compiler.scalar_call(value, node, scope)
    return functions.compile_call(compiler, node, scope)


_HANDLERS: Final[dict[type, Callable[[Any, Any, Scope], Sql]]] = {
    Literal: _literal,
    StringLiteral: _string,
    DynamicLiteral: _dynamic,
    NameReference: _name,
    ParenthesizedExpression: _parenthesized,
    NamedExpression: _named,
    PathExpression: _path,
    ElementExpression: _element,
    UnaryExpression: arithmetic.unary,
    BinaryExpression: comparisons.binary,
    InExpression: comparisons.in_,
    BetweenExpression: comparisons.between,
    ToScalarExpression: _to_scalar,
    FunctionCall: _call,
}
