"""The state of one binding, and how tabular expressions are bound. In: tree and catalogue. Out: tables beside the tree.

Each operator is bound by the function that `operators.REGISTRY` has for it; scalar expressions by `scalars`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics import scalars, sources
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.findings import Findings
from kqlpack.semantics.operators import HEADS, REGISTRY
from kqlpack.semantics.relation import NO_INPUT, NO_ROW, UNKNOWN_RELATION, Relation, Row, table_relation
from kqlpack.semantics.scopes import LetFunction, Place, Scope
from kqlpack.semantics.type_checks.settings import WITH_KIND, check_settings
from kqlpack.semantics.unknown_names import UnknownNames
from kqlpack.syntax.nodes import (
    ContextualDataTable,
    DataScope,
    DataTable,
    ExternalData,
    FunctionCall,
    InlineExternalTable,
    MaterializeExpression,
    NamedExpression,
    NameReference,
    ParenthesizedExpression,
    PathExpression,
    PipeExpression,
    TabularOperator,
    ToTableExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kqlpack.catalog import Catalog
    from kqlpack.semantics.bound import Schema
    from kqlpack.syntax.nodes import Node
    from kqlpack.syntax.parsed import Parsed

# Deeper than this, tables inside tables (`join (A | join (B | ...))`, functions that call functions) are not looked
# into: what they yield is unknown. Each level takes about ten of Python's frames, of which there are a thousand.
MAX_NESTING = 50

# How many calls of functions with open parameters are bound one by one; f1 may call f0 twice, f2 call f1 twice, ...
MAX_CALLS = 200

_TABULAR = (PipeExpression, TabularOperator, DataTable, ExternalData, MaterializeExpression, ToTableExpression)
_TABULAR_TOO = (ContextualDataTable, DataScope, InlineExternalTable)


class Binder:
    """What is known so far, and the operators' door to everything that binding needs."""

    def __init__(self, parsed: Parsed, catalog: Catalog, functions: Mapping[str, Schema | None]) -> None:
        """Start with nothing known but the catalogue and the names of saved functions."""
        self.parsed = parsed
        self.catalog = catalog
        self.functions = functions
        self.scope = Scope()
        self.findings = Findings(parsed)
        self.unknown = UnknownNames(parsed, catalog, self.findings)
        self.types: dict[Node, ScalarType] = {}
        self.symbols: dict[Node, Symbol] = {}
        self.before: dict[Node, Relation] = {}
        self.after: dict[Node, Relation] = {}
        self.tables: dict[str, None] = {}
        self._tables: dict[str, Relation | None] = {}
        self._nesting = 0
        self._calls = 0
        self._is_fuzzy = False
        # The operator that is being bound; None in the body of a function, which is used somewhere.
        self.operator: type[Node] | None = None

    # ---- what is found out ------------------------------------------------------------------------------------------

    def type_of(self, node: Node) -> ScalarType:
        """Return the type that was found for an expression."""
        return self.types.get(node, ScalarType.UNKNOWN)

    def set_type(self, node: Node, type_: ScalarType) -> None:
        """Note an expression's type."""
        self.types[node] = type_

    def set_symbol(self, node: Node, symbol: Symbol) -> None:
        """Note what a name stands for."""
        self.symbols[node] = symbol

    # ---- expressions ------------------------------------------------------------------------------------------------

    def scalar(self, node: Node, row: Row | Relation = NO_ROW) -> ScalarType:
        """Bind a scalar expression that sees the columns of `row`."""
        return scalars.bind_scalar(self, node, row if isinstance(row, Row) else Row(row))

    def value(self, node: Node) -> ScalarType | Relation | Place:
        """Bind an expression that may be scalar or tabular: what `let` gives a name to, an argument."""
        inner = unparenthesized(node)
        if self.is_tabular(inner):
            return self.tabular(node)
        place = sources.place_of(self, inner)
        return place if place is not None else self.scalar(node)

    def is_tabular(self, node: Node) -> bool:
        """Tell whether an expression yields a table; parentheses are not looked into."""
        if isinstance(node, (*_TABULAR, *_TABULAR_TOO)):
            return True
        if isinstance(node, NameReference):
            return self._is_tabular_name(node.name)
        if isinstance(node, FunctionCall):
            return self._is_tabular_call(node)
        return isinstance(node, PathExpression) and sources.is_table_path(self, node)

    def _is_tabular_name(self, name: str) -> bool:
        variable = self.scope.find(name)
        if variable is None:
            return self.table(name) is not None
        value = variable.value.result if isinstance(variable.value, LetFunction) else variable.value
        return isinstance(value, Relation)

    def _is_tabular_call(self, call: FunctionCall) -> bool:
        variable = self.scope.find(call.name.name)
        if variable is None:
            return sources.is_tabular_function(self, call.name.name)
        return isinstance(variable.value, LetFunction) and isinstance(variable.value.result, Relation)

    def tabular(self, node: Node, piped: Relation | None = None) -> Relation:
        """Bind a tabular expression. `piped` is what its head reads, where the head is an operator (a sub-pipe)."""
        spine: list[Node] = []
        while isinstance(node, (PipeExpression, ParenthesizedExpression)):
            spine.append(node)
            node = node.expression
        with self.nested() as allowed:
            relation = self._head(node, piped) if allowed else UNKNOWN_RELATION
            self.after[node] = relation
            for outer in reversed(spine):
                if isinstance(outer, PipeExpression):
                    relation = self._operator(outer.operator, relation) if allowed else UNKNOWN_RELATION
                self.after[outer] = relation
        return relation

    @contextmanager
    def nested(self) -> Iterator[bool]:
        """Count one level of nesting; yields False where it is too deep to go on."""
        self._nesting += 1
        try:
            yield self._nesting <= MAX_NESTING
        finally:
            self._nesting -= 1

    @contextmanager
    def fuzzy(self, is_fuzzy: bool) -> Iterator[None]:  # noqa: FBT001 - union's own setting
        """While bound inside `union isfuzzy=true`, a table that doesn't exist is no error."""
        before = self._is_fuzzy
        self._is_fuzzy = before or is_fuzzy
        try:
            yield
        finally:
            self._is_fuzzy = before

    @contextmanager
    def inner_scope(self) -> Iterator[None]:
        """Let names that are given inside be known inside only."""
        outer = self.scope
        self.scope = Scope(outer)
        try:
            yield
        finally:
            self.scope = outer

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Report nothing."""
        before = self.findings.is_quiet
        self.findings.is_quiet = True
        try:
            yield
        finally:
            self.findings.is_quiet = before

    def _head(self, node: Node, piped: Relation | None) -> Relation:
        if isinstance(node, TabularOperator):
            return self._operator(node, piped)
        return sources.bind_source(self, node)

    def _operator(self, node: Node, relation: Relation | None) -> Relation:
        bind = REGISTRY.get(type(node))
        given = relation
        if given is None:
            given = NO_INPUT if type(node) in HEADS else UNKNOWN_RELATION
        self.before[node] = given
        outer = self.operator
        self.operator = type(node)
        result = UNKNOWN_RELATION if bind is None else bind(node, given, self)
        self.operator = outer
        if type(node) in WITH_KIND:
            check_settings(self, node)
        self.after[node] = result
        return result

    # ---- names ------------------------------------------------------------------------------------------------------

    def table(self, name: str) -> Relation | None:
        """Return a table of the catalogue."""
        if name not in self._tables:
            table = self.catalog.table(name)
            in_workspace = self.catalog.dialect.has_catalogue
            self._tables[name] = table_relation(table, in_workspace=in_workspace) if table is not None else None
        return self._tables[name]

    def read_table(self, node: NameReference) -> Relation:
        """Bind a name in a table's place to a table of the catalogue; report it where there is none."""
        name = node.name
        self.tables.setdefault(name)
        relation = self.table(name)
        if relation is not None:
            symbol = Symbol(SymbolKind.TABLE, name, schema=relation.schema(), table=self.catalog.table(name))
            self.set_symbol(node, symbol)
            return relation
        self.missing_table(node, name)
        return UNKNOWN_RELATION

    def missing_table(self, node: Node, name: str) -> None:
        """Report a table that doesn't exist, where that matters."""
        if not self._is_fuzzy:
            self.unknown.table(node, name, self.scope)

    def is_scalar_function(self, name: str) -> bool:
        """Tell whether a call of this name is known to yield a scalar, or a place."""
        variable = self.scope.find(name)
        if variable is not None:
            return not (isinstance(variable.value, LetFunction) and isinstance(variable.value.result, Relation))
        return self.catalog.function(name) is not None or self.catalog.aggregate(name) is not None

    def check_function(self, node: NameReference) -> None:
        """Report the name of a call that nothing is known to answer to."""
        if node.name in self.functions or self.catalog.is_known_function_name(node.name):
            self.set_symbol(node, Symbol(SymbolKind.FUNCTION, node.name))
        elif self.catalog.function(node.name) is None and self.catalog.aggregate(node.name) is None:
            self.unknown.function(node, self.scope)

    # ---- functions of the query -------------------------------------------------------------------------------------

    def call_result(self, function: LetFunction, arguments: Sequence[Node], piped: Relation | None = None) -> object:
        """Return what a call of a function yields: as declared, or exactly, where that depends on the arguments."""
        for argument in arguments:
            inner = argument.expression if isinstance(argument, NamedExpression) else argument
            if inner not in self.types and inner not in self.after:
                self.value(inner)
        if not function.depends_on_arguments or self._calls >= MAX_CALLS:
            return function.result
        self._calls += 1
        return self._bind_for(function, arguments, piped)

    def _bind_for(self, function: LetFunction, arguments: Sequence[Node], piped: Relation | None) -> object:
        """Bind a function's body once more, for the arguments of one call; what it finds on the way is forgotten."""
        from kqlpack.semantics.functions import bind_body, parameter_variables

        variables = parameter_variables(self, function, arguments, piped)
        kept = (self.types, self.symbols, self.before, self.after, self.scope, self.findings.is_quiet)
        self.types, self.symbols, self.before, self.after = {}, {}, {}, {}
        self.findings.is_quiet = True
        self.scope = Scope(function.scope)
        try:
            for variable in variables:
                self.scope.declare(variable)
            with self.nested() as allowed:
                return bind_body(self, function.declaration.body) if allowed else function.result
        finally:
            self.types, self.symbols, self.before, self.after, self.scope, self.findings.is_quiet = kept
