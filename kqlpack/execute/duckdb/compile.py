"""From a bound query to SQL. In: `Bound` and a `Session`. Out: `Relation`s: one CTE per tabular operator.

`Compiler.tabular` and `Compiler.scalar` go through the tree; the operators and functions have files of their own.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import convert, expressions, operators
from kqlpack.execute.duckdb.scope import Closure, Deferred, Scope
from kqlpack.execute.duckdb.session import refusal
from kqlpack.execute.duckdb.sql import Field, Relation, Sql, fields, make, name, string
from kqlpack.execute.duckdb.types import DUCKDB_TYPES, dump, literal, load
from kqlpack.syntax.nodes import (
    DataTable,
    ExpressionStatement,
    ExternalData,
    FunctionCall,
    FunctionDeclaration,
    InlineExternalTable,
    LetStatement,
    MaterializeExpression,
    NamedExpression,
    NameReference,
    ParenthesizedExpression,
    PathExpression,
    PipeExpression,
    QueryParametersStatement,
    RowSchema,
    SetStatement,
    TabularOperator,
    ToTableExpression,
    TypeReference,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kqlpack.execute.duckdb.session import Session
    from kqlpack.semantics.bound import Bound
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import Node

_CTE = re.compile(r"\bt\d+\b")


@contextmanager
def _refusing(span: Span) -> Iterator[None]:
    """Refuse the call at `span` where a Python function can't do with the values of some row."""
    try:
        yield
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError):
        reason = "convert the arguments first, or leave the rows out that have them"
        raise UnsupportedError("a call with these values", span, reason) from None


class Compiler:
    """Compiles one query. Holds the CTEs made so far; `session` runs what has to be known while compiling."""

    def __init__(self, bound: Bound, session: Session, now: int) -> None:
        """Take the query, the session that holds its tables, and the ticks that now() stands for."""
        self.bound = bound
        self.catalog = bound.catalog
        self.session = session
        self.now = now
        self._ctes: dict[str, str] = {}
        self._materialized: set[str] = set()
        self._staged: set[str] = set()
        self._values: dict[int, tuple[Deferred, Relation | Sql]] = {}
        self._names = 0

    # ---- statements

    def query(self) -> Relation:
        """Compile the whole query; its last expression statement is what it yields."""
        result: Relation = self._block(self.bound.parsed.root.statements, Scope(), self.tabular)
        return result

    def _block(self, statements: Sequence[Node], scope: Scope, compile_last: Callable[[Node, Scope], Any]) -> Any:
        last: Node | None = None
        for statement in statements:
            if last is not None and isinstance(statement, ExpressionStatement):
                raise UnsupportedError("several results in one query", statement.span)
            if isinstance(statement, LetStatement):
                value: Deferred | Closure
                if isinstance(statement.expression, FunctionDeclaration):
                    value = Closure(statement.expression, scope)
                else:
                    value = Deferred(statement.expression, scope)
                scope = scope.with_variable(statement.name.name, value)
            elif isinstance(statement, ExpressionStatement):
                last = statement.expression
            elif not isinstance(statement, SetStatement):
                scope = self._other_statement(statement, scope)
        if last is None:
            raise ExecutionError("the query has no tabular expression, so there is nothing to run")
        return compile_last(last, scope)

    def _other_statement(self, statement: Node, scope: Scope) -> Scope:
        if isinstance(statement, QueryParametersStatement):
            for parameter in statement.parameters:
                if parameter.default is None:
                    raise UnsupportedError("a query parameter without a default", parameter.span)
                scope = scope.with_variable(parameter.name.name, Deferred(parameter.default, scope))
            return scope
        raise UnsupportedError(f"the {statement.in_words}", statement.span)

    # ---- tabular expressions

    def tabular(self, node: Node, scope: Scope) -> Relation:
        """Compile an expression that yields rows."""
        pipe: list[Node] = []
        while isinstance(node, (PipeExpression, ParenthesizedExpression)):
            if isinstance(node, PipeExpression):
                pipe.append(node.operator)
            node = node.expression
        relation = self._head(node, scope)
        for operator in reversed(pipe):
            relation = self.operate(relation, operator, scope)
            scope = operators.names_given(operator, relation, scope)
        return relation

    def pipe_over(self, relation: Relation, node: Node, scope: Scope) -> Relation:
        """Compile a pipe whose head is an operator over `relation`: the query of mv-apply, partition, fork."""
        if isinstance(node, ParenthesizedExpression):
            return self.pipe_over(relation, node.expression, scope)
        if isinstance(node, PipeExpression):
            return self.operate(self.pipe_over(relation, node.expression, scope), node.operator, scope)
        return self.operate(relation, node, scope)

    def operate(self, relation: Relation, operator: Node, scope: Scope) -> Relation:
        """Compile one operator over a relation."""
        return operators.compile_operator(self, relation, operator, scope.with_row(relation))

    def _head(self, node: Node, scope: Scope) -> Relation:
        match node:
            case NameReference():
                return self._named(node, scope)
            case FunctionCall():
                return self._tabular_call(node, scope)
            case MaterializeExpression():
                relation = self.tabular(node.expression, scope)
                self._materialized.add(relation.cte)
                return relation
            case ToTableExpression():
                raise UnsupportedError("totable", node.span)
            case ExternalData():
                return self._external(node, scope)
            case InlineExternalTable():
                raise UnsupportedError("inline_external_table", node.span)
            case DataTable():
                return operators.compile_datatable(self, node, scope.without_row())
            case TabularOperator():
                return operators.compile_source(self, node, scope.without_row())
            case PathExpression():
                raise UnsupportedError("a table of another workspace, database or cluster", node.span)
            case _:
                raise UnsupportedError(f"this as a tabular expression: {node.in_words}", node.span)

    def _named(self, node: NameReference, scope: Scope) -> Relation:
        value = scope.variables.get(node.name)
        if isinstance(value, Relation):
            return value
        if isinstance(value, Deferred):
            known: Relation = self._deferred(value, self.tabular, Relation)
            return known
        if isinstance(value, Closure):
            made: Relation = self._inline(value, (), scope, node.span, self.tabular)
            return made
        if isinstance(value, Sql):
            raise ExecutionError(f"`{node.name}` is a scalar, where a table is wanted", node.span)
        return self.table(node.name, node.span)

    def _tabular_call(self, node: FunctionCall, scope: Scope) -> Relation:
        value = scope.variables.get(node.name.name)
        if isinstance(value, Closure):
            made: Relation = self._inline(value, node.arguments, scope, node.span, self.tabular)
            return made
        arguments = node.arguments
        if node.name.name in {"table", "_GetWatchlist", "_GetWatchlistAlias"} and arguments:
            named = str(self.constant(arguments[0], scope.without_row()))
            if node.name.name == "table":
                return self._named(NameReference(node.start, node.end, named), scope)
            return self.table(named, node.span)
        raise UnsupportedError(f"the function `{node.name.name}`", node.name.span)

    def _deferred(self, value: Deferred, compile_: Callable[[Node, Scope], Any], kind: type) -> Any:
        known = self._values.get(id(value))
        if known is None or not isinstance(known[1], kind):
            known = (value, compile_(value.node, value.scope))
            self._values[id(value)] = known
        return known[1]

    def table(self, table: str, span: Span) -> Relation:
        """Return a table of the data as a relation; loads it at its first use."""
        return self._loaded(table, self.session.table(table, span))

    def _external(self, node: ExternalData, scope: Scope) -> Relation:
        columns = []
        for column in node.schema.columns:
            type_ = scalar_type(column.type.name) if column.type is not None else ScalarType.STRING
            columns.append((column.name.name, type_))
        legs = []
        for uri in node.uris:
            address = str(self.constant(uri, scope.without_row()))
            legs.append((address, self._loaded(self.session.external(address, columns, node.span), columns)))
        return legs[0][1] if len(legs) == 1 else operators.united(self, legs)

    def _loaded(self, table: str, columns: list[tuple[str, ScalarType]]) -> Relation:
        listed = fields(columns)
        stored = self.session.stored(table)
        selected = [
            (f"data.{stored[field.name]}" if field.name in stored else str(literal(None, field.type)), field.alias)
            for field in listed
        ]
        return self.select(
            self.session.sql_name(table), "data", selected, listed, order=("#row",), given=("data.rowid",)
        )

    # ---- functions of the query

    def _inline(
        self,
        closure: Closure,
        arguments: Sequence[Node],
        scope: Scope,
        span: Span,
        compile_: Callable[[Node, Scope], Any],
    ) -> Any:
        inner = Scope(closure.scope.variables, source=scope.source)
        named = {
            argument.name.name: argument.expression for argument in arguments if isinstance(argument, NamedExpression)
        }
        positional = [argument for argument in arguments if not isinstance(argument, NamedExpression)]
        declared = closure.declaration.parameters
        if len(positional) > len(declared):
            raise ExecutionError(f"the function takes {len(declared)} arguments, not {len(arguments)}", span)
        for index, parameter in enumerate(declared):
            given = positional[index] if index < len(positional) else named.get(parameter.name.name)
            value = self._argument(parameter.type, given, scope) if given is not None else None
            if value is None:
                if parameter.default is None:
                    raise ExecutionError(f"the argument `{parameter.name.name}` is missing", span)
                value = self._argument(parameter.type, parameter.default, inner)
            inner = inner.with_variable(parameter.name.name, value)
        return self._block(closure.declaration.body.statements, inner, compile_)

    def _argument(self, declared: Node, given: Node, scope: Scope) -> Sql | Relation:
        if isinstance(declared, RowSchema):
            relation = self.tabular(given, scope)
            wanted = [column.name.name for column in declared.columns]
            if declared.is_open or not wanted:
                return relation
            kept = [relation.field(column) for column in wanted]
            if None in kept:
                missing = wanted[kept.index(None)]
                raise ExecutionError(f"the table given here has no column `{missing}`", given.span)
            return self.project(relation, [(field.name, relation.column(field)) for field in kept if field])
        value = self.scalar(given, scope)
        if not isinstance(declared, TypeReference):
            return value
        return convert.coerce(value, scalar_type(declared.name), self, scope, given.span)

    def scalar_call(self, closure: Closure, node: FunctionCall, scope: Scope) -> Sql:
        """Compile a call of a function of the query that yields a scalar."""
        result: Sql = self._inline(closure, node.arguments, scope, node.span, self.scalar)
        return result

    # ---- scalar expressions

    def scalar(self, node: Node, scope: Scope) -> Sql:
        """Compile an expression that yields a value."""
        computed = scope.computed.get(node)
        return computed if computed is not None else expressions.compile_expression(self, node, scope)

    def variable(self, value: Sql | Deferred, node: Node) -> Sql:
        """Return the scalar that a variable stands for."""
        if isinstance(value, Sql):
            return value
        if self.is_tabular(value.node, value.scope):
            raise ExecutionError("a table stands where a scalar is wanted; toscalar() makes one of it", node.span)
        result: Sql = self._deferred(value, self.scalar, Sql)
        return result

    def is_tabular(self, node: Node, scope: Scope) -> bool:
        """Tell whether an expression yields rows rather than a value."""
        node = unparenthesized(node)
        match node:
            case (
                PipeExpression()
                | DataTable()
                | ExternalData()
                | InlineExternalTable()
                | MaterializeExpression()
                | ToTableExpression()
                | TabularOperator()
            ):
                return True
            case NameReference():
                if scope.row is not None and scope.row.field(node.name):
                    return False
                value = scope.variables.get(node.name)
                if isinstance(value, Deferred):
                    return self.is_tabular(value.node, value.scope)
                if isinstance(value, Closure):
                    return self._yields_rows(value)
                return isinstance(value, Relation) or (value is None and self.session.has(node.name))
            case FunctionCall():
                value = scope.variables.get(node.name.name)
                if isinstance(value, Closure):
                    return self._yields_rows(value)
                return node.name.name in {"table", "_GetWatchlist", "_GetWatchlistAlias"}
            case _:
                return False

    def _yields_rows(self, closure: Closure) -> bool:
        last = closure.declaration.body.statements[-1] if closure.declaration.body.statements else None
        if not isinstance(last, ExpressionStatement):
            return False
        inner = closure.scope
        for parameter in closure.declaration.parameters:
            value: Relation | Sql = Sql("NULL", ScalarType.DYNAMIC)
            if isinstance(parameter.type, RowSchema):
                value = Relation("", ())
            inner = inner.with_variable(parameter.name.name, value)
        for statement in closure.declaration.body.statements[:-1]:
            if isinstance(statement, LetStatement) and not isinstance(statement.expression, FunctionDeclaration):
                inner = inner.with_variable(statement.name.name, Deferred(statement.expression, inner))
        return self.is_tabular(last.expression, inner)

    def constant(self, node: Node, scope: Scope) -> Any:
        """Return the value of an expression that depends on no row: ticks, numbers, text, Python values for dynamic."""
        return self.value_of(self.scalar(node, scope), node.span)

    def value_of(self, value: Sql, span: Span) -> Any:
        """Return the value of an expression that depends on no row."""
        if value.row or value.window:
            raise UnsupportedError("an expression over columns where a constant is wanted", span)
        found = self.fetch(f"SELECT {value}")[0][0]
        return load(found) if value.type is ScalarType.DYNAMIC and found is not None else found

    def integer(self, node: Node, scope: Scope) -> int:
        """Return the value of a constant that is a whole number."""
        value = self.constant(node, scope)
        if not isinstance(value, int):
            raise ExecutionError("a whole number is wanted here", node.span)
        return value

    @staticmethod
    def stop(when: str, type_: ScalarType, parts: Sequence[Sql], construct: str, span: Span, reason: str = "") -> Sql:
        """Return null, but stop the query with a refusal where a row fulfils `when`: only its value is in doubt."""
        message = string(refusal(construct, span, reason))
        text = f"CASE WHEN {when} THEN CAST(error({message}) AS {DUCKDB_TYPES[type_]}) END"
        return make(text, type_, parts, nullable=True)

    def python(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Sql],
        target: ScalarType,
        scope: Scope,
        span: Span,
        *,
        nulls: bool = False,
    ) -> Sql:
        """Compute with a Python function what SQL can't: once for each distinct set of arguments, kept in a table.

        `nulls` False: a null argument gives null, without a call.
        """
        types = [argument.type for argument in arguments]

        def call(values: Sequence[Any]) -> Any:
            if not nulls and None in values:
                return None
            decoded = [
                load(value) if type_ is ScalarType.DYNAMIC and value is not None else value
                for value, type_ in zip(values, types, strict=True)
            ]
            with _refusing(span):
                return function(*decoded)

        listed = ", ".join(argument.text for argument in arguments)
        if not any(argument.row or argument.window for argument in arguments):
            return literal(call(self.fetch(f"SELECT {listed}")[0]), target)
        source = scope.source
        if source is None:
            raise UnsupportedError("this function in a join's condition", span)
        self._stage(source)
        rows = self.fetch(f"SELECT DISTINCT {listed} FROM {source.cte}")
        results = []
        for row in rows:
            value = call(row)
            if target is ScalarType.DYNAMIC and value is not None:
                value = dump(value)
            results.append((*row, value))
        columns = [(argument.text, DUCKDB_TYPES[argument.type]) for argument in arguments]
        return self._joined(source, columns, results, target, arguments)

    def _joined(
        self,
        source: Relation,
        keys: Sequence[tuple[str, str]],
        results: Sequence[tuple[Any, ...]],
        target: ScalarType,
        parts: Sequence[Sql],
    ) -> Sql:
        """Give a relation that is kept in a table a hidden column: the results, found by their keys (SQL, its type)."""
        self._names += 1
        number = self._names
        columns = [(f"k{index}", type_) for index, (_, type_) in enumerate(keys)]
        self.session.fill(f"p{number}", [*columns, ("result", DUCKDB_TYPES[target])], results)
        listed = ", ".join(f"{text} AS {name(f'#k{index}')}" for index, (text, _) in enumerate(keys))
        matches = " AND ".join(
            f"rows.{name(f'#k{index}')} IS NOT DISTINCT FROM p{number}.k{index}" for index in range(len(keys))
        )
        left_out = ", ".join(name(f"#k{index}") for index in range(len(keys)))
        column = f"#p{number}"
        self.session.execute(
            f"CREATE TEMP TABLE s{number} AS "
            + self.with_clause(
                f"SELECT rows.* EXCLUDE ({left_out}), p{number}.result AS {name(column)}"
                f" FROM (SELECT {source.cte}.*, {listed} FROM {source.cte}) AS rows"
                f" LEFT JOIN p{number} ON {matches}"
            )
        )
        self._ctes[source.cte] = f"SELECT * FROM s{number}"
        text = source.at(column)
        if target is ScalarType.STRING:
            text = f"coalesce({text}, '')"
        return make(text, target, [*parts, Sql("", target, row=True)], nullable=target is not ScalarType.STRING)

    def python_over_rows(
        self,
        function: Callable[[list[tuple[Any, ...]]], Iterable[Any]],
        arguments: Sequence[Sql],
        target: ScalarType,
        scope: Scope,
        span: Span,
    ) -> Sql:
        """Compute with a Python function a value for each row, from the arguments of all rows in their order."""
        source = scope.source
        if source is None or not source.order:
            raise UnsupportedError("this function over rows without an order", span)
        self._stage(source)
        hidden = [source.at(alias) for alias in source.hidden]
        listed = ", ".join([*hidden, *(argument.text for argument in arguments)])
        rows = self.fetch(f"SELECT {listed} FROM {source.cte} ORDER BY {', '.join(hidden)}")
        parts = len(source.partition)
        groups: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
        for row in rows:
            groups.setdefault(row[:parts], []).append(row)
        results: list[tuple[Any, ...]] = []
        for group in groups.values():
            with _refusing(span):
                values = function([row[len(hidden) :] for row in group])
                results += [(*row[: len(hidden)], value) for row, value in zip(group, values, strict=True)]
        # Hidden columns are numbers, but for the key of partition, whose type nobody noted.
        columns = [
            (f"CAST({text} AS VARCHAR)", "VARCHAR") if index < parts else (text, "BIGINT")
            for index, text in enumerate(hidden)
        ]
        return self._joined(source, columns, results, target, [])

    # ---- SQL

    def select(  # noqa: PLR0913 - the parts of a SELECT
        self,
        source: str,
        alias: str,
        columns: Iterable[tuple[str, str]],
        fields_: tuple[Field, ...],
        *,
        order: tuple[str, ...] = (),
        given: tuple[str, ...] = (),
        partition: tuple[str, ...] = (),
        rest: str = "",
        is_sorted: bool = False,
        distinct: str = "",
    ) -> Relation:
        """Add the CTE `SELECT columns, hidden FROM source AS alias rest`.

        `given` holds the SQL of the hidden columns, partition's first, where it isn't `alias."name"`.
        """
        hidden = partition + order
        sql_of_hidden = given or tuple(f"{alias}.{name(column)}" for column in hidden)
        listed = [*columns, *zip(sql_of_hidden, hidden, strict=True)]
        inside = ", ".join(
            text if text == f"{alias}.{name(column)}" else f"{text} AS {name(column)}" for text, column in listed
        )
        from_ = f" FROM {source}" + (f" AS {alias}" if alias and alias != source else "") if source else ""
        cte = self.add(f"SELECT {distinct}{inside or 'NULL AS ' + name('#none')}{from_}{' ' + rest if rest else ''}")
        return Relation(cte, fields_, order, partition, is_sorted)

    @staticmethod
    def relation(cte: str, fields_: tuple[Field, ...], order: tuple[str, ...] = ()) -> Relation:
        """Return a CTE that was added as text."""
        return Relation(cte, fields_, order)

    def project(
        self, relation: Relation, columns: Iterable[tuple[str, Sql]], rest: str = "", *, is_sorted: bool | None = None
    ) -> Relation:
        """Add a CTE of these columns over a relation; the rows' order and partition stay."""
        columns = list(columns)
        listed = fields((column, value.type) for column, value in columns)
        return self.select(
            relation.cte,
            relation.cte,
            [(value.text, field.alias) for (_, value), field in zip(columns, listed, strict=True)],
            listed,
            order=relation.order,
            partition=relation.partition,
            rest=rest,
            is_sorted=relation.is_sorted if is_sorted is None else is_sorted,
        )

    def columns(self, relation: Relation) -> list[tuple[str, Sql]]:
        """Return a relation's columns by name."""
        return [(field.name, relation.column(field)) for field in relation.fields]

    def add(self, text: str) -> str:
        """Add a CTE and return its name."""
        self._names += 1
        cte = f"t{self._names}"
        self._ctes[cte] = text
        return cte

    def with_clause(self, text: str) -> str:
        """Return `text` behind the WITH clause of all that it reads."""
        needed: set[str] = set()
        waiting = [text]
        while waiting:
            for cte in _CTE.findall(waiting.pop()):
                if cte in self._ctes and cte not in needed:
                    needed.add(cte)
                    waiting.append(self._ctes[cte])
        if not needed:
            return text
        listed = ",\n".join(
            f"{cte} AS {'MATERIALIZED ' if cte in self._materialized else ''}(\n  {body}\n)"
            for cte, body in self._ctes.items()
            if cte in needed
        )
        return f"WITH {listed}\n{text}"

    def fetch(self, text: str) -> list[tuple[Any, ...]]:
        """Run a SELECT over the CTEs made so far."""
        return self.session.fetch(self.with_clause(text))

    def materialize(self, relation: Relation) -> None:
        """Have a CTE computed once, however often it is read."""
        self._materialized.add(relation.cte)

    def _stage(self, relation: Relation) -> None:
        """Compute a relation now and keep its rows in a table: what follows asks for them more than once."""
        if relation.cte in self._staged:
            return
        self._staged.add(relation.cte)
        table = f"s{relation.cte[1:]}"
        self.session.execute(f"CREATE TEMP TABLE {table} AS " + self.with_clause(f"SELECT * FROM {relation.cte}"))
        self._ctes[relation.cte] = f"SELECT * FROM {table}"

    def final(self, relation: Relation) -> str:
        """Return the whole statement that yields the query's result."""
        listed = ", ".join(relation.at(field.alias) for field in relation.fields) or "1"
        order = relation.order_by()
        return self.with_clause(f"SELECT {listed} FROM {relation.cte}" + (f" ORDER BY {order}" if order else ""))
