"""Aggregate functions: rows of name and how the SQL is written. In: a call, the relation. Out: an aggregate expression.

Source: the documentation's pages on each. Over no rows counts and sums are 0, an average is NaN, a minimum is null, or
empty for a string; make_list and make_set leave nulls out and hold 1,048,576 values at most; dcount is exact here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb import convert
from kqlpack.execute.duckdb.comparisons import boolean
from kqlpack.execute.duckdb.sql import Sql, make
from kqlpack.execute.duckdb.types import DUCKDB_TYPES
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import NamedExpression, NameReference, Star

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.syntax.nodes import FunctionCall, Node

_T = ScalarType
_NUMBERS: Final = frozenset({_T.INT, _T.LONG, _T.REAL, _T.DECIMAL})
_MOST_ITEMS: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an aggregate. `only` narrows the rows further (pivot); it stands in FILTER."""

    compiler: Compiler
    relation: Relation
    node: FunctionCall
    scope: Scope
    only: str = ""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.node.name.name

    def node_at(self, index: int) -> Node:
        """Return an argument's node."""
        if index >= len(self.node.arguments):
            raise ExecutionError(f"`{self.name}` wants more arguments", self.node.span)
        argument = self.node.arguments[index]
        if isinstance(argument, NamedExpression):
            raise UnsupportedError(f"named arguments of `{self.name}`", argument.span)
        return argument

    def argument(self, index: int) -> Sql:
        """Compile an argument."""
        return self.compiler.scalar(self.node_at(index), self.scope)

    def number(self, index: int) -> Sql:
        """Compile an argument that must be a number; a dynamic is taken as a real."""
        value = self.argument(index)
        if value.type is _T.DYNAMIC:
            value = make(f"kql_dynamic_real({value})", _T.REAL, [value], nullable=True)
        if value.type not in _NUMBERS and value.type not in {_T.DATETIME, _T.TIMESPAN}:
            raise UnsupportedError(f"`{self.name}` of a value of type {value.type}", self.node.span)
        return value

    def predicate(self, index: int) -> str:
        """Compile an argument that is a predicate."""
        return boolean(self.compiler, self.node_at(index), self.scope).text

    def filter(self, *tests: str) -> str:
        """Return the FILTER of these tests, and of `only`."""
        found = [test for test in (self.only, *tests) if test]
        return f" FILTER (WHERE {' AND '.join(found)})" if found else ""

    def order(self) -> str:
        """Return the ORDER BY inside an aggregate that keeps the rows' order."""
        order = self.relation.order_by()
        return f" ORDER BY {order}" if order else ""

    def limit(self, index: int, default: int = _MOST_ITEMS) -> int:
        """Return the greatest number of items."""
        if index >= len(self.node.arguments):
            return default
        found = self.compiler.integer(self.node_at(index), self.scope.without_row())
        return min(found, _MOST_ITEMS) if found > 0 else default


# ---- numbers ---------------------------------------------------------------------------------------------------------


def _count(call: Call) -> Sql:
    return make(f"count(*){call.filter()}", _T.LONG, nullable=False)


def _countif(call: Call) -> Sql:
    return make(f"count(*){call.filter(call.predicate(0))}", _T.LONG, nullable=False)


def _distinct_text(value: Sql) -> str:
    return f"count(DISTINCT {value})"


def _dcount(call: Call) -> Sql:
    return make(f"{_distinct_text(call.argument(0))}{call.filter()}", _T.LONG, nullable=False)


def _dcountif(call: Call) -> Sql:
    return make(f"{_distinct_text(call.argument(0))}{call.filter(call.predicate(1))}", _T.LONG, nullable=False)


def _sum(call: Call, *tests: str) -> Sql:
    value = call.number(0)
    if value.type is _T.DATETIME:
        raise UnsupportedError(f"`{call.name}` of datetimes", call.node.span)
    type_ = _T.LONG if value.type is _T.INT else value.type
    text = f"CAST(coalesce(sum({value}){call.filter(*tests)}, 0) AS {DUCKDB_TYPES[type_]})"
    return make(text, type_, nullable=False)


def _sumif(call: Call) -> Sql:
    return _sum(call, call.predicate(1))


def _avg(call: Call, *tests: str) -> Sql:
    value = call.number(0)
    filter_ = call.filter(*tests)
    if value.type in {_T.DATETIME, _T.TIMESPAN}:
        return make(f"CAST(sum({value}){filter_} // count({value}){filter_} AS BIGINT)", value.type, nullable=True)
    if value.type is _T.DECIMAL:
        raise UnsupportedError(f"`{call.name}` of decimals", call.node.span, "convert them with toreal()")
    return make(f"coalesce(avg({value}){filter_}, CAST('NaN' AS DOUBLE))", _T.REAL, nullable=False)


def _avgif(call: Call) -> Sql:
    return _avg(call, call.predicate(1))


def _extreme(function: str) -> Callable[..., Sql]:
    def write(call: Call, *tests: str) -> Sql:
        value = call.argument(0)
        if value.type in {_T.DYNAMIC, _T.GUID}:
            raise UnsupportedError(f"`{call.name}` of a value of type {value.type}", call.node.span, "convert it first")
        text = f"{function}({value}){call.filter(*tests)}"
        if value.type is _T.STRING:
            return make(f"coalesce({text}, '')", _T.STRING, nullable=False)
        return make(text, value.type, nullable=True)

    return write


def _with_predicate(write: Callable[..., Sql]) -> Callable[[Call], Sql]:
    return lambda call: write(call, call.predicate(1))


def _spread(function: str, *, alone: str) -> Callable[..., Sql]:
    """Return the row of a variance or deviation; of one value the sample's is 0."""

    def write(call: Call, *tests: str) -> Sql:
        value = call.number(0)
        if value.type not in _NUMBERS:
            raise UnsupportedError(f"`{call.name}` of a value of type {value.type}", call.node.span)
        real = f"CAST({value} AS DOUBLE)"
        filter_ = call.filter(*tests)
        text = f"CASE count({value}){filter_} WHEN 0 THEN CAST('NaN' AS DOUBLE)"
        if alone:
            text += f" WHEN 1 THEN CAST({alone} AS DOUBLE)"
        return make(f"{text} ELSE {function}({real}){filter_} END", _T.REAL, nullable=False)

    return write


def _covariance(function: str, *, condition: bool) -> Callable[[Call], Sql]:
    def write(call: Call) -> Sql:
        first, second = (f"CAST({call.number(index)} AS DOUBLE)" for index in (0, 1))
        filter_ = call.filter(*([call.predicate(2)] if condition else []))
        return make(f"{function}({first}, {second}){filter_}", _T.REAL, nullable=True)

    return write


# ---- arrays and bags -------------------------------------------------------------------------------------------------


def _list(call: Call, value: Sql, limit: int, *tests: str, nulls: bool = False) -> Sql:
    item = convert.to_dynamic(value)
    kept = [] if nulls or not item.nullable else [f"{item} IS NOT NULL"]
    text = f"list({item}{call.order()}){call.filter(*tests, *kept)}"
    text = f"coalesce({text}, [])"
    if limit < _MOST_ITEMS:
        text = f"{text}[1:{limit}]"
    return make(f"to_json({text})", _T.DYNAMIC, nullable=False)


# The older makelist() and makeset() hold fewer values.
_FEWER_ITEMS: Final = 128


def _makelist(call: Call) -> Sql:
    return _list(call, call.argument(0), call.limit(1, _FEWER_ITEMS))


def _makeset(call: Call) -> Sql:
    return _set(call, call.argument(0), call.limit(1, _FEWER_ITEMS))


def _make_list(call: Call) -> Sql:
    return _list(call, call.argument(0), call.limit(1))


def _make_list_if(call: Call) -> Sql:
    return _list(call, call.argument(0), call.limit(2), call.predicate(1))


def _make_list_with_nulls(call: Call) -> Sql:
    return _list(call, call.argument(0), _MOST_ITEMS, nulls=True)


def _set(call: Call, value: Sql, limit: int, *tests: str) -> Sql:
    if value.type is _T.DYNAMIC:
        # An array counts as its elements.
        items = f"CASE WHEN json_type({value}) = 'ARRAY' THEN kql_items({value}) ELSE [{value}] END"
        text = f"flatten(list({items}{call.order()}){call.filter(*tests, f'{value} IS NOT NULL')})"
    else:
        item = convert.to_dynamic(value)
        text = f"list({item}{call.order()}){call.filter(*tests, f'{item} IS NOT NULL')}"
    text = f"kql_distinct(coalesce({text}, []))"
    if limit < _MOST_ITEMS:
        text = f"{text}[1:{limit}]"
    return make(f"to_json({text})", _T.DYNAMIC, nullable=False)


def _make_set(call: Call) -> Sql:
    return _set(call, call.argument(0), call.limit(1))


def _make_set_if(call: Call) -> Sql:
    return _set(call, call.argument(0), call.limit(2), call.predicate(1))


def _bag(call: Call, *tests: str) -> Sql:
    value = call.argument(0)
    if value.type is not _T.DYNAMIC:
        raise UnsupportedError(f"`{call.name}` of a value of type {value.type}", call.node.span)
    is_bag = f"json_type({value}) = 'OBJECT'"
    text = f"list({value}{call.order()}){call.filter(*tests, is_bag)}"
    return make(f"kql_merge_bags(coalesce({text}, []))", _T.DYNAMIC, nullable=False)


def _make_bag(call: Call) -> Sql:
    if len(call.node.arguments) > 1:
        raise UnsupportedError("the size of make_bag", call.node.span)
    return _bag(call)


def _make_bag_if(call: Call) -> Sql:
    return _bag(call, call.predicate(1))


# ---- one of the values -----------------------------------------------------------------------------------------------


def _any(call: Call, value: Sql, *tests: str) -> Sql:
    # The service prefers a value that isn't empty.
    filled = f"{value} <> ''" if value.type is _T.STRING else f"{value} IS NOT NULL"
    text = f"first({value}{call.order()}){call.filter(*tests, filled)}"
    if value.type is _T.STRING:
        return make(f"coalesce({text}, '')", value.type, nullable=False)
    return make(text, value.type, nullable=True)


def _take_any(call: Call) -> Sql:
    return _any(call, call.argument(0))


def _take_anyif(call: Call) -> Sql:
    return _any(call, call.argument(0), call.predicate(1))


def _bitwise(function: str, empty: int) -> Callable[[Call], Sql]:
    def write(call: Call) -> Sql:
        value = call.number(0)
        if value.type not in {_T.INT, _T.LONG}:
            raise UnsupportedError(f"`{call.name}` of a value of type {value.type}", call.node.span)
        return make(f"coalesce({function}({value}){call.filter()}, {empty})", _T.LONG, nullable=False)

    return write


AGGREGATES: Final[dict[str, Callable[[Call], Sql]]] = {
    "any": _take_any,
    "anyif": _take_anyif,
    "avg": _avg,
    "avgif": _avgif,
    "binary_all_and": _bitwise("bit_and", -1),
    "binary_all_or": _bitwise("bit_or", 0),
    "binary_all_xor": _bitwise("bit_xor", 0),
    "cnt": _count,
    "count": _count,
    "count_distinct": _dcount,
    "count_distinctif": _dcountif,
    "countif": _countif,
    "covariance": _covariance("covar_samp", condition=False),
    "covarianceif": _covariance("covar_samp", condition=True),
    "covariancep": _covariance("covar_pop", condition=False),
    "covariancepif": _covariance("covar_pop", condition=True),
    "dcount": _dcount,
    "dcountif": _dcountif,
    "make_bag": _make_bag,
    "make_bag_if": _make_bag_if,
    "make_list": _make_list,
    "make_list_if": _make_list_if,
    "make_list_with_nulls": _make_list_with_nulls,
    "make_set": _make_set,
    "make_set_if": _make_set_if,
    "makelist": _makelist,
    "makeset": _makeset,
    "max": _extreme("max"),
    "maxif": _with_predicate(_extreme("max")),
    "min": _extreme("min"),
    "minif": _with_predicate(_extreme("min")),
    "stdev": _spread("stddev_samp", alone="0"),
    "stdevif": _with_predicate(_spread("stddev_samp", alone="0")),
    "stdevp": _spread("stddev_pop", alone=""),
    "sum": _sum,
    "sumif": _sumif,
    "take_any": _take_any,
    "take_anyif": _take_anyif,
    "variance": _spread("var_samp", alone="0"),
    "varianceif": _with_predicate(_spread("var_samp", alone="0")),
    "variancep": _spread("var_pop", alone=""),
    "variancepif": _with_predicate(_spread("var_pop", alone="")),
}

_APPROXIMATE: Final = "its intermediate value is the service's own"
REFUSED: Final[dict[str, str]] = {
    "buildschema": "its notation is not written here",
    "hll": _APPROXIMATE,
    "hll_if": _APPROXIMATE,
    "hll_merge": _APPROXIMATE,
    "make_dictionary": "it is replaced by make_bag",
    "merge_tdigest": _APPROXIMATE,
    "passthrough": "the service uses it between its own nodes",
    "tdigest": _APPROXIMATE,
    "tdigest_merge": _APPROXIMATE,
}


def compile_aggregate(
    compiler: Compiler, relation: Relation, node: FunctionCall, scope: Scope, *, only: str = ""
) -> Sql:
    """Compile an aggregate that yields one value."""
    row = AGGREGATES.get(node.name.name)
    if row is None:
        found = several(compiler, relation, node, scope, (), only=only)
        if found is not None and len(found) == 1:
            return found[0][1]
        raise UnsupportedError(f"the aggregate `{node.name.name}`", node.name.span, REFUSED.get(node.name.name, ""))
    return row(Call(compiler, relation, node, scope, only))


# ---- several columns at once -----------------------------------------------------------------------------------------


def several(
    compiler: Compiler, relation: Relation, node: FunctionCall, scope: Scope, keys: Container[str], *, only: str = ""
) -> list[tuple[str, Sql]] | None:
    """Return the columns of an aggregate that yields several, by automatic name; None for any other."""
    handler = SEVERAL.get(node.name.name)
    if handler is None:
        return None
    return handler(Call(compiler, relation, node, scope, only), keys)


def _given(call: Call, argument: Node, keys: Container[str], taken: Container[str]) -> list[tuple[str, Sql]]:
    if isinstance(argument, Star):
        return [
            (field.name, call.relation.column(field))
            for field in call.relation.fields
            if field.name not in keys and field.name not in taken
        ]
    name = argument.name if isinstance(argument, NameReference) else result_name(call.compiler.catalog, argument)
    return [(name, call.compiler.scalar(argument, call.scope))]


def _arg_extreme(function: str) -> Callable[[Call, Container[str]], list[tuple[str, Sql]]]:
    def write(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
        [(name, key)] = _given(call, call.node_at(0), keys, ())
        if key.type is _T.DYNAMIC:
            raise UnsupportedError(f"`{call.name}` by a dynamic", call.node.span, "convert it first")
        older = call.name.removeprefix("arg") if call.name in {"argmax", "argmin"} else ""
        shown = f"{older}_{name}" if older else name or f"{call.name[-3:]}_"
        columns = [(shown, key)]
        for argument in call.node.arguments[1:]:
            found_columns = _given(call, argument, keys, {name})
            columns += [(f"{shown}_{column}" if older else column, value) for column, value in found_columns]
        # All columns of one row: nulls in it must not make another row of them.
        packed = ", ".join(f"'c{index}': {value}" for index, (_, value) in enumerate(columns))
        filter_ = call.filter()
        found = f"{function}({{{packed}}}, {key}{call.order()}){filter_}"
        # Where the key is null in all rows, any row is as good.
        found = f"coalesce({found}, first({{{packed}}}{call.order()}){filter_})"
        result = []
        for index, (column, value) in enumerate(columns):
            text = f"({found}).c{index}"
            if value.type is _T.STRING:
                text = f"coalesce({text}, '')"
            result.append((column, make(text, value.type, nullable=value.type is not _T.STRING)))
        return result

    return write


def _take_any_columns(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
    prefix = "any_" if call.name == "any" else ""
    columns = [pair for argument in call.node.arguments for pair in _given(call, argument, keys, ())]
    if len(columns) == 1:
        return [(prefix + columns[0][0], _any(call, columns[0][1]))]
    packed = ", ".join(f"'c{index}': {value}" for index, (_, value) in enumerate(columns))
    found = f"first({{{packed}}}{call.order()}){call.filter()}"
    return [
        (
            prefix + name,
            make(
                f"coalesce(({found}).c{index}, '')" if value.type is _T.STRING else f"({found}).c{index}",
                value.type,
                nullable=value.type is not _T.STRING,
            ),
        )
        for index, (name, value) in enumerate(columns)
    ]


def _rank(call: Call, index: int) -> int | float | Decimal:
    """Return a percentile's rank."""
    rank = call.compiler.constant(call.node_at(index), call.scope.without_row())
    if isinstance(rank, bool) or not isinstance(rank, (int, float, Decimal)) or not 0 <= rank <= 100:
        raise ExecutionError(f"the ranks of `{call.name}` are numbers from 0 to 100", call.node_at(index).span)
    return rank


def _percentiles(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
    del keys
    value = call.number(0)
    base = f"percentile_{result_name(call.compiler.catalog, call.node_at(0))}"
    result = []
    for index in range(1, len(call.node.arguments)):
        rank = _rank(call, index)
        text = f"quantile_disc({value}, {float(rank) / 100!r}){call.filter()}"
        shown = str(rank).replace(".", "_")
        if value.type is _T.INT:
            text = f"CAST({text} AS BIGINT)"
        type_ = _T.LONG if value.type is _T.INT else value.type
        result.append((f"{base}_{shown}", make(text, type_, nullable=True)))
    return result


def _weighted(call: Call) -> list[tuple[str, Sql]]:
    """Compute percentiles of values that count as often as their weight says: the first value that reaches the rank."""
    value, weight = call.number(0), call.number(1)
    base = f"percentile_{result_name(call.compiler.catalog, call.node_at(0))}"
    if value.type not in {_T.INT, _T.LONG, _T.REAL} or weight.type not in {_T.INT, _T.LONG}:
        raise UnsupportedError(f"`{call.name}` of these types", call.node.span)
    kept = call.filter(f"{value} IS NOT NULL AND {weight} > 0")
    items = f"list({{'v': {value}, 'w': {weight}}} ORDER BY {value}){kept}"
    type_ = _T.LONG if value.type is _T.INT else value.type
    result = []
    for index in range(2, len(call.node.arguments)):
        rank = _rank(call, index)
        text = f"CAST(kql_weighted({items}, CAST({float(rank) / 100!r} AS DOUBLE)) AS {DUCKDB_TYPES[type_]})"
        result.append((f"{base}_{str(rank).replace('.', '_')}", make(text, type_, nullable=True)))
    return result


def _percentilesw(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
    del keys
    return _weighted(call)


def _percentilesw_array(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
    del keys
    base = f"percentiles_{result_name(call.compiler.catalog, call.node_at(0))}"
    found = [convert.to_dynamic(value).text for _, value in _weighted(call)]
    return [(base, make(f"to_json([{', '.join(found)}])", _T.DYNAMIC, nullable=False))]


def _percentiles_array(call: Call, keys: Container[str]) -> list[tuple[str, Sql]]:
    base = f"percentiles_{result_name(call.compiler.catalog, call.node_at(0))}"
    found = [convert.to_dynamic(value).text for _, value in _percentiles(call, keys)]
    return [(base, make(f"to_json([{', '.join(found)}])", _T.DYNAMIC, nullable=False))]


SEVERAL: Final[dict[str, Callable[[Call, Container[str]], list[tuple[str, Sql]]]]] = {
    "any": _take_any_columns,
    "arg_max": _arg_extreme("arg_max"),
    "arg_min": _arg_extreme("arg_min"),
    "argmax": _arg_extreme("arg_max"),
    "argmin": _arg_extreme("arg_min"),
    "percentile": _percentiles,
    "percentiles": _percentiles,
    "percentiles_array": _percentiles_array,
    "percentilesw": _percentilesw,
    "percentilesw_array": _percentilesw_array,
    "percentilew": _percentilesw,
    "take_any": _take_any_columns,
}
