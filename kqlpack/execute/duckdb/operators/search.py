"""`search in (tables) predicate` at the head of a query, and `* has "x"`: a term in any column.

Source: the documentation's page on search. Whether a number or a date counts by its text is not said: where only such a
column would match, the query stops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import comparisons, convert
from kqlpack.execute.duckdb.operators.parameters import check, setting
from kqlpack.execute.duckdb.operators.union import tables_of, united
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import literal
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    NameReference,
    ParenthesizedExpression,
    Star,
    StringLiteral,
    WildcardedName,
)

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import Node, SearchOperator

_T = ScalarType


def compile_search(compiler: Compiler, node: SearchOperator, scope: Scope) -> Relation:
    """Compile `search`; without `in`, all tables are searched that rows were given for."""
    check(node.parameters, "kind")
    kind = setting(node.parameters, "kind") or "case_insensitive"
    everything = (WildcardedName(node.start, node.end, "*"),)
    legs = []
    for table in node.tables or everything:
        for leg in tables_of(compiler, table, scope):
            if not isinstance(leg, NameReference):
                raise UnsupportedError("`search in` of anything but tables", leg.span)
            legs.append((leg.name, compiler.tabular(leg, scope.without_row())))
    if not legs:
        raise ExecutionError("there are no tables to search: rows were given for none", node.span)
    relation = united(compiler, legs, source="$table")
    test = _predicate(
        compiler, node.predicate, scope.with_row(relation), "has_cs" if kind == "case_sensitive" else "has"
    )
    return compiler.project(relation, compiler.columns(relation), f"WHERE {test}")


def _predicate(compiler: Compiler, node: Node, scope: Scope, operator: str) -> Sql:
    match node:
        case Star():
            return literal(value=True, type_=_T.BOOL)
        case StringLiteral():
            return _anywhere(compiler, node.value, scope, operator, node.span)
        case ParenthesizedExpression():
            return _predicate(compiler, node.expression, scope, operator)
        case BinaryExpression() if node.operator in {"and", "or"}:
            sides = [_predicate(compiler, each, scope, operator) for each in (node.left, node.right)]
            return make(f"({sides[0]} {node.operator.upper()} {sides[1]})", _T.BOOL, sides)
        case FunctionCall() if node.name.name == "not" and len(node.arguments) == 1:
            inner = _predicate(compiler, node.arguments[0], scope, operator)
            return make(f"(NOT {inner})", _T.BOOL, [inner])
        case BinaryExpression() if node.operator == ":" and isinstance(node.right, StringLiteral):
            if isinstance(node.left, Star):
                return _anywhere(compiler, node.right.value, scope, operator, node.span)
            value = convert.to_string(compiler.scalar(node.left, scope))
            return _term(value, node.right.value, operator, node.span)
        case _:
            return comparisons.boolean(compiler, node, scope)


def _term(value: Sql, term: str, operator: str, span: Span) -> Sql:
    """Compile a term of search: `ab*`, `*ab`, `*ab*` and `ab`."""
    bare = term.strip("*")
    if "*" in bare:
        raise UnsupportedError("a `*` inside a term", span)
    cased = "_cs" if operator.endswith("_cs") else ""
    start, end = term.startswith("*"), term.endswith("*") and len(term) > 1
    word = {(False, False): "has", (False, True): "hasprefix", (True, False): "hassuffix", (True, True): "contains"}
    return comparisons.string_operator(word[start, end] + cased, value, literal(bare, _T.STRING), span)


def _anywhere(compiler: Compiler, term: str, scope: Scope, operator: str, span: Span) -> Sql:
    row = scope.row
    if row is None:
        raise UnsupportedError("a term without columns", span)
    columns = [row.column(field) for field in row.fields if field.name != "$table"]
    texts = [value for value in columns if value.type in {_T.STRING, _T.DYNAMIC}]
    others = [value for value in columns if value.type not in {_T.STRING, _T.DYNAMIC}]
    found = [_term(convert.to_string(value), term, operator, span).text for value in texts] or ["FALSE"]
    doubtful = [_term(convert.to_string(value), term, operator, span).text for value in others] or ["FALSE"]
    reason = "only a column that is no text has it"
    stopped = compiler.stop(" OR ".join(doubtful), _T.BOOL, columns, f'the term "{term}" of `search`', span, reason)
    return make(f"CASE WHEN {' OR '.join(found)} THEN TRUE ELSE coalesce({stopped}, FALSE) END", _T.BOOL, columns)
