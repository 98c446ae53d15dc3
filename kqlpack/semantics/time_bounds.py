"""Which reads of tables are bounded in time. In: `Bound`. Out: `TimeBounds`, for rules that ask for a time filter.

The query is followed as data flows from each table that it reads, through `let`, functions, `join` and `union`. A read
is bounded when a comparison of its time column (or of `ingestion_time()`) with anything holds for all its rows before
they are aggregated. A read that several places use is bounded only where each of them bounds it.

Where that can't be told (a function that nobody knows, nesting beyond what binding looks into), a read counts as
bounded: unknown is never a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.operators.join import LEFT_ONLY, RIGHT_ONLY
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.result_names import result_name
from kqlpack.semantics.time_intervals import TimeBound, intervals
from kqlpack.semantics.time_predicates import INGESTION_TIME, bounded_columns, columns_in
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import ExpressionStatement, FunctionCall, LetStatement, NameReference, children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.catalog.model import Table
    from kqlpack.semantics.bound import Bound
    from kqlpack.syntax.nodes import FunctionDeclaration, Node
    from kqlpack.values import Timespan

# The names of time columns: Log Analytics, Defender's advanced hunting, classic Application Insights.
TIME_COLUMNS = ("TimeGenerated", "Timestamp", "timestamp")

_MAX_NESTING = 50
# How often a let or a function is followed, over all; beyond it, what is read there isn't seen.
_MAX_EXPANSIONS = 500

# Operators after which a filter no longer says which rows were read: they aggregate, or pick rows.
_ENDS = (
    nodes.CountOperator,
    nodes.FacetOperator,
    nodes.FindOperator,
    nodes.ForkOperator,
    nodes.GetSchemaOperator,
    nodes.MakeSeriesOperator,
    nodes.ReduceOperator,
    nodes.SampleDistinctOperator,
    nodes.SampleOperator,
    nodes.SummarizeOperator,
    nodes.TakeOperator,
    nodes.TopHittersOperator,
    nodes.TopNestedOperator,
    nodes.TopOperator,
)
# Plugins that keep the rows that they read.
_ROW_BY_ROW = frozenset({"bag_unpack", "ipv4_lookup", "ipv6_lookup", "geo_line_lookup", "geo_polygon_lookup"})


@dataclass(frozen=True, slots=True)
class TableRead:
    """A read of a table, and the time that it is limited to: the widest, where several places use it.

    `bound` is None where nothing limits it; both of its ends are None where what limits it can't be told.
    """

    node: NameReference
    table: str
    bound: TimeBound | None

    def lookback(self) -> Timespan | None:
        """Return how far back from now the read reaches; None where that isn't known, or nothing limits it."""
        return None if self.bound is None else self.bound.lookback()


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """The reads of tables that have a time column, in the order of the text.

    A read is the NameReference of a table (`T`, `workspace("x").T`), or of the function in `table("T")`. What is read
    by a `let` that nothing uses is not read.
    """

    bounded: tuple[NameReference, ...]
    unbounded: tuple[NameReference, ...]
    reads: tuple[TableRead, ...] = ()


@dataclass(slots=True, eq=False)
class _Read:
    """A table, read on one way through the query."""

    node: NameReference
    table: str
    is_bounded: bool = False
    bound: TimeBound = field(default_factory=TimeBound)


# The reads whose time column can still be filtered, by the name that it has at this point.
_Flow = dict[str, frozenset[_Read]]
_NOBODY: frozenset[_Read] = frozenset()


def time_bounds(bound: Bound) -> TimeBounds:
    """Follow a query and tell which of its reads are bounded in time."""
    analysis = _Analysis(bound)
    for statement in bound.parsed.root.statements:
        if isinstance(statement, ExpressionStatement):
            analysis.value(statement.expression)
    bounded: dict[NameReference, bool] = {}
    limits: dict[NameReference, TimeBound] = {}
    tables: dict[NameReference, str] = {}
    for read in analysis.reads:
        bounded[read.node] = bounded.get(read.node, True) and read.is_bounded
        limits[read.node] = limits[read.node].around(read.bound) if read.node in limits else read.bound
        tables[read.node] = read.table
    ordered = sorted(bounded, key=lambda node: node.start)
    return TimeBounds(
        bounded=tuple(node for node in ordered if bounded[node]),
        unbounded=tuple(node for node in ordered if not bounded[node]),
        reads=tuple(TableRead(node, tables[node], limits[node] if bounded[node] else None) for node in ordered),
    )


class _Analysis:
    """What is known while the query is followed."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.reads: list[_Read] = []
        self._lets: dict[Node, LetStatement] = {
            let.name: let for let in walk(bound.parsed.root) if isinstance(let, LetStatement)
        }
        self._given: dict[Node, _Flow] = {}
        self._seen: set[Node] = set()
        self._nested: dict[Node, list[Node]] = {}
        self._bounded: dict[Node, frozenset[str]] = {}
        self._limits: dict[Node, dict[str, TimeBound]] = {}
        self._nesting = 0
        self._expansions = 0

    # ---- expressions ------------------------------------------------------------------------------------------------

    def value(self, node: Node) -> _Flow:
        """Follow an expression, tabular or scalar."""
        if self.bound.is_tabular(node):
            return self.query(node)
        self.scalar(node)
        return {}

    def scalar(self, root: Node) -> None:
        """Follow the queries inside a scalar expression: `toscalar(T | ...)`, `in (T)`, calls of functions."""
        for node in self._queries_in(root):
            if self.bound.is_tabular(node):
                self.query(node)
            elif isinstance(node, FunctionCall):
                self._call(node.name, node.arguments, None)
            elif isinstance(node, NameReference):
                self._scalar_variable(node)

    def _queries_in(self, root: Node) -> list[Node]:
        """Return the outermost nodes in an expression that lead to a query."""
        if root not in self._nested:
            found: list[Node] = []
            stack = [root]
            while stack:
                node = stack.pop()
                if self.bound.is_tabular(node):
                    found.append(node)
                    continue
                if isinstance(node, NameReference):
                    symbol = self.bound.symbol_of(node)
                    if symbol is not None and symbol.declaration in self._lets:
                        found.append(node)
                elif isinstance(node, FunctionCall):
                    symbol = self.bound.symbol_of(node.name)
                    if symbol is not None and symbol.declaration in self._lets:
                        found.append(node)
                        continue
                    stack.extend(node.arguments)
                else:
                    stack.extend(children(node))
            self._nested[root] = found
        return self._nested[root]

    def _scalar_variable(self, node: NameReference) -> None:
        """Follow what a scalar variable is computed from, once."""
        let = self._let(node)
        if let is not None and let not in self._seen:
            self._seen.add(let)
            self._expand(let.expression)

    def _let(self, node: NameReference) -> LetStatement | None:
        symbol = self.bound.symbol_of(node)
        return self._lets.get(symbol.declaration) if symbol is not None and symbol.declaration is not None else None

    def _expand(self, node: Node) -> _Flow:
        """Follow what a name was given to."""
        if self._expansions >= _MAX_EXPANSIONS:
            return {}
        self._expansions += 1
        if isinstance(node, nodes.FunctionDeclaration):
            return self._body(node)
        self._nesting += 1
        try:
            return self.value(node) if self._nesting <= _MAX_NESTING else {}
        finally:
            self._nesting -= 1

    def _body(self, function: FunctionDeclaration) -> _Flow:
        self._nesting += 1
        try:
            flow: _Flow = {}
            if self._nesting <= _MAX_NESTING:
                for statement in function.body.statements:
                    if isinstance(statement, ExpressionStatement):
                        flow = self.value(statement.expression)
            return flow
        finally:
            self._nesting -= 1

    def _call(self, name: NameReference, arguments: Sequence[Node], piped: _Flow | None) -> _Flow:
        """Follow a call; a function that the query does not declare may do anything with the tables it is given."""
        given = [] if piped is None else [piped]
        named: dict[str, _Flow] = {}
        for argument in arguments:
            if isinstance(argument, nodes.NamedExpression):
                named[argument.name.name] = self.value(argument.expression)
            else:
                given.append(self.value(argument))
        let = self._let(name)
        if let is None or not isinstance(let.expression, nodes.FunctionDeclaration):
            for flow in (*given, *named.values()):
                _bound_all(flow)
            return {}
        before = dict(self._given)
        for index, parameter in enumerate(let.expression.parameters):
            default: _Flow = given[index] if index < len(given) else {}
            self._given[parameter.name] = named.get(parameter.name.name, default)
        try:
            return self._expand(let.expression)
        finally:
            self._given = before

    # ---- pipes ------------------------------------------------------------------------------------------------------

    def query(self, node: Node, piped: _Flow | None = None) -> _Flow:
        """Follow a tabular expression; `piped` is what its head reads, where the head is an operator."""
        operators: list[Node] = []
        while isinstance(node, (nodes.PipeExpression, nodes.ParenthesizedExpression)):
            if isinstance(node, nodes.PipeExpression):
                operators.append(node.operator)
            node = node.expression
        self._nesting += 1
        try:
            if self._nesting > _MAX_NESTING:
                return {}
            flow = self._head(node, piped or {})
            for operator in reversed(operators):
                flow = self._operator(operator, flow)
            return flow
        finally:
            self._nesting -= 1

    def _head(self, node: Node, piped: _Flow) -> _Flow:
        match node:
            case nodes.TabularOperator():
                return self._operator(node, piped)
            case NameReference():
                return self._name(node)
            case FunctionCall():
                return self._read(node.name) or self._call(node.name, node.arguments, None)
            case nodes.PathExpression(selector=FunctionCall() as call):
                return self._read(call.name)
            case nodes.PathExpression(selector=NameReference() as name):
                return self._read(name)
            case nodes.MaterializeExpression() | nodes.ToTableExpression() | nodes.DataScope():
                return self.query(node.expression)
            case _:
                self.scalar(node)
                return {}

    def _name(self, node: NameReference) -> _Flow:
        symbol = self.bound.symbol_of(node)
        if symbol is None:
            return {}
        if symbol.kind is SymbolKind.TABLE:
            return self._read(node)
        if symbol.declaration in self._given:
            return self._given[symbol.declaration]
        let = self._let(node)
        return {} if let is None else self._expand(let.expression)

    def _read(self, node: NameReference) -> _Flow:
        """Begin a flow at a table; a table without a time column has nothing to be bounded by."""
        symbol = self.bound.symbol_of(node)
        if symbol is None or symbol.kind is not SymbolKind.TABLE or symbol.table is None:
            return {}
        names = time_columns(symbol.table)
        if not names:
            return {}
        read = _Read(node, symbol.table.name)
        self.reads.append(read)
        # A time column that this table lacks is looked out for too: a filter on it is wrong, but not missing.
        return dict.fromkeys((*TIME_COLUMNS, INGESTION_TIME), frozenset({read}))

    # ---- operators --------------------------------------------------------------------------------------------------

    def _operator(self, node: Node, flow: _Flow) -> _Flow:  # noqa: C901, PLR0911, PLR0912 - one case per operator
        match node:
            case nodes.WhereOperator():
                self._filter(node.predicate, flow)
                return flow
            case nodes.UnionOperator():
                return _merged([flow, *(self.value(table) for table in node.tables)])
            case nodes.SearchOperator():
                flow = _merged([flow, *(self.value(table) for table in node.tables)])
                self._filter(node.predicate, flow)
                return flow
            case nodes.FindOperator():
                self._filter(node.predicate, _merged([self.value(table) for table in node.tables]))
            case nodes.JoinOperator() | nodes.LookupOperator():
                return self._join(node, flow)
            case nodes.ExtendOperator() | nodes.SerializeOperator():
                return {**flow, **self._outputs(node.expressions, flow)}
            case nodes.ProjectOperator() | nodes.DistinctOperator() if not _has_star(node.expressions):
                return {**_ingestion(flow), **self._outputs(node.expressions, flow)}
            case nodes.ProjectRenameOperator():
                renames = self._outputs(node.expressions, flow)
                return {**self._kept(node, flow), **renames}
            case nodes.InvokeOperator(call=FunctionCall() as call):
                return self._invoke(node, call, flow)
            case nodes.MvApplyOperator():
                for item in node.items:
                    self.scalar(item.expression)
                self.query(node.subquery, {})
                return self._kept(node, flow)
            case nodes.PartitionOperator() | nodes.PartitionByOperator():
                return self.query(node.subquery, flow)
            case nodes.ForkOperator():
                for branch in node.branches:
                    self.query(branch.expression, flow)
            case nodes.FacetOperator() if node.operator is not None:
                self.query(node.operator, flow)
            case nodes.MakeSeriesOperator():
                self._children(node)
                if node.from_ is not None or node.range_arguments:
                    self._bound_columns(columns_in(self.bound, node.axis), flow)
            case nodes.MakeGraphOperator():
                for table in node.tables:
                    self.value(table.table)
            case nodes.EvaluateOperator():
                for argument in node.call.arguments:
                    self.value(argument)
                return self._kept(node, flow) if node.call.name.name in _ROW_BY_ROW else {}
            case _:
                self._children(node)
                return {} if isinstance(node, _ENDS) else self._kept(node, flow)
        return {}

    def _children(self, node: Node) -> None:
        for child in children(node):
            self.scalar(child)

    def _filter(self, predicate: Node, flow: _Flow) -> None:
        self.scalar(predicate)
        if predicate not in self._bounded:
            self._bounded[predicate] = bounded_columns(self.bound, predicate)
        self._bound_columns(self._bounded[predicate], flow)
        if predicate not in self._limits:
            self._limits[predicate] = intervals(self.bound, predicate)
        for name, limit in self._limits[predicate].items():
            for read in flow.get(name, _NOBODY):
                read.bound = read.bound.within(limit)

    def _bound_columns(self, names: Iterable[str], flow: _Flow) -> None:
        for name in names:
            for read in flow.get(name, _NOBODY):
                read.is_bounded = True

    def _outputs(self, expressions: Iterable[Node], flow: _Flow) -> _Flow:
        """Return under which names time columns go on, and which names no longer are one."""
        result: _Flow = {}
        for expression in expressions:
            self.scalar(expression)
            if isinstance(expression, nodes.NamedExpression):
                name, value = expression.name.name, expression.expression
            elif isinstance(expression, nodes.CompoundNamedExpression):
                result.update({each.name: _NOBODY for each in expression.names})
                continue
            else:
                name, value = result_name(self.bound.catalog, expression), expression
            result[name] = _NOBODY.union(*(flow.get(column, _NOBODY) for column in columns_in(self.bound, value)))
        return result

    def _kept(self, node: Node, flow: _Flow) -> _Flow:
        """Return what is left of a flow behind an operator, by the columns that it yields."""
        schema = self.bound.schema_after(node)
        if schema.is_open:
            return flow
        names = {column.name for column in schema.columns} | {INGESTION_TIME}
        return {name: reads for name, reads in flow.items() if name in names}

    def _invoke(self, node: nodes.InvokeOperator, call: FunctionCall, flow: _Flow) -> _Flow:
        symbol = self.bound.symbol_of(call.name)
        if (
            symbol is not None
            and symbol.declaration is None
            and self.bound.catalog.function(call.name.name) is not None
        ):
            # Advanced hunting's FileProfile and the like add columns to each row.
            return self._kept(node, flow)
        return self._call(call.name, call.arguments, flow)

    def _join(self, node: nodes.JoinOperator | nodes.LookupOperator, left: _Flow) -> _Flow:
        right = self.value(node.right)
        for condition in node.conditions:
            self.scalar(condition)
        kind = setting(node.parameters, "kind") or ""
        if kind in LEFT_ONLY:
            return left
        if kind in RIGHT_ONLY:
            return right
        names = {column.name for column in self.bound.schema_before(node).columns}
        is_open = self.bound.schema_before(node).is_open
        renamed: list[_Flow] = []
        for name, reads in right.items():
            if name == INGESTION_TIME:
                continue
            if name not in names:
                renamed.append({name: reads})
            if name in names or is_open:
                number = next(number for number in range(1, len(names) + 2) if f"{name}{number}" not in names)
                renamed.append({f"{name}{number}": reads})
        flow = _merged([{name: reads for name, reads in left.items() if name != INGESTION_TIME}, *renamed])
        if isinstance(node, nodes.JoinOperator) and node.predicate is not None:
            self._filter(node.predicate, flow)
        return flow


def time_columns(table: Table) -> tuple[str, ...]:
    """Return the names of a table's time columns; those that it may have, where its columns aren't known."""
    known = {
        column.name
        for column in table.columns
        if column.name in TIME_COLUMNS and column.type in {ScalarType.DATETIME, ScalarType.UNKNOWN}
    }
    if not known and table.is_open:
        return TIME_COLUMNS
    return tuple(name for name in TIME_COLUMNS if name in known)


def _merged(flows: Iterable[_Flow]) -> _Flow:
    result: _Flow = {}
    for flow in flows:
        for name, reads in flow.items():
            result[name] = result.get(name, _NOBODY) | reads
    return result


def _bound_all(flow: _Flow) -> None:
    for reads in flow.values():
        for read in reads:
            read.is_bounded = True


def _ingestion(flow: _Flow) -> _Flow:
    return {INGESTION_TIME: flow[INGESTION_TIME]} if INGESTION_TIME in flow else {}


def _has_star(expressions: Iterable[Node]) -> bool:
    return any(isinstance(expression, nodes.Star) for expression in expressions)
