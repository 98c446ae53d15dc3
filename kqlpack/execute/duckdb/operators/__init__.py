"""Tabular operators: one file each, or a line in the list of those that are refused.

In: an operator and the relation it reads. Out: a relation. `OPERATORS`, `SOURCES` and `REFUSED` together name every
class of operator; a test sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kqlpack.errors import UnsupportedError
from kqlpack.execute.duckdb.operators.evaluate import compile_evaluate
from kqlpack.execute.duckdb.operators.join import compile_join, compile_lookup
from kqlpack.execute.duckdb.operators.make_series import compile_make_series
from kqlpack.execute.duckdb.operators.mv_expand import compile_mv_apply, compile_mv_expand, compile_partition
from kqlpack.execute.duckdb.operators.parse import compile_parse
from kqlpack.execute.duckdb.operators.parse_kv import compile_parse_kv
from kqlpack.execute.duckdb.operators.plain import compile_getschema, compile_invoke, unchanged
from kqlpack.execute.duckdb.operators.project import (
    compile_extend,
    compile_project,
    compile_project_away,
    compile_project_by_names,
    compile_project_keep,
    compile_project_rename,
    compile_project_reorder,
)
from kqlpack.execute.duckdb.operators.search import compile_search
from kqlpack.execute.duckdb.operators.sort import compile_serialize, compile_sort, compile_take, compile_top
from kqlpack.execute.duckdb.operators.sources import compile_datatable, compile_print, compile_range
from kqlpack.execute.duckdb.operators.summarize import compile_count, compile_distinct, compile_summarize
from kqlpack.execute.duckdb.operators.union import compile_union, united
from kqlpack.execute.duckdb.operators.where import compile_where
from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation

__all__ = [
    "OPERATORS",
    "REFUSED",
    "SOURCES",
    "compile_datatable",
    "compile_operator",
    "compile_source",
    "names_given",
    "united",
]

# Behind a pipe.
OPERATORS: Final[dict[type[nodes.Node], Callable[[Compiler, Relation, Any, Scope], Relation]]] = {
    nodes.AsOperator: unchanged,
    nodes.CountOperator: compile_count,
    nodes.DistinctOperator: compile_distinct,
    nodes.EvaluateOperator: compile_evaluate,
    nodes.ExtendOperator: compile_extend,
    nodes.GetSchemaOperator: compile_getschema,
    nodes.InvokeOperator: compile_invoke,
    nodes.JoinOperator: compile_join,
    nodes.LookupOperator: compile_lookup,
    nodes.MakeSeriesOperator: compile_make_series,
    nodes.MvApplyOperator: compile_mv_apply,
    nodes.MvExpandOperator: compile_mv_expand,
    nodes.ParseKvOperator: compile_parse_kv,
    nodes.ParseOperator: compile_parse,
    nodes.ParseWhereOperator: compile_parse,
    nodes.PartitionOperator: compile_partition,
    nodes.ProjectAwayOperator: compile_project_away,
    nodes.ProjectByNamesOperator: compile_project_by_names,
    nodes.ProjectKeepOperator: compile_project_keep,
    nodes.ProjectOperator: compile_project,
    nodes.ProjectRenameOperator: compile_project_rename,
    nodes.ProjectReorderOperator: compile_project_reorder,
    nodes.RenderOperator: unchanged,
    nodes.SerializeOperator: compile_serialize,
    nodes.SortOperator: compile_sort,
    nodes.SummarizeOperator: compile_summarize,
    nodes.TakeOperator: compile_take,
    nodes.TopOperator: compile_top,
    nodes.UnionOperator: compile_union,
    nodes.WhereOperator: compile_where,
}

# At the head of a query.
SOURCES: Final[dict[type[nodes.Node], Callable[[Compiler, Any, Scope], Relation]]] = {
    nodes.PrintOperator: compile_print,
    nodes.RangeOperator: compile_range,
    nodes.SearchOperator: compile_search,
    nodes.UnionOperator: lambda compiler, node, scope: compile_union(compiler, None, node, scope),
}

_GRAPH: Final = "graphs are not built here"
_ARBITRARY: Final = "its answer is arbitrary, so that no test could rely on it"
_INTERNAL: Final = "the service uses it between its own nodes"
REFUSED: Final[dict[type[nodes.Node], str]] = {
    nodes.AssertSchemaOperator: "the columns' types are not compared here",
    nodes.ConsumeOperator: "it yields no rows",
    nodes.ExecuteAndCacheOperator: _INTERNAL,
    nodes.FacetOperator: "it yields several tables",
    nodes.FindOperator: "its columns depend on all tables of a workspace",
    nodes.ForkOperator: "it yields several tables",
    nodes.GraphMarkComponentsOperator: _GRAPH,
    nodes.GraphMatchOperator: _GRAPH,
    nodes.GraphShortestPathsOperator: _GRAPH,
    nodes.GraphToTableOperator: _GRAPH,
    nodes.GraphWhereEdgesOperator: _GRAPH,
    nodes.GraphWhereNodesOperator: _GRAPH,
    nodes.MacroExpandOperator: "there are no other clusters here",
    nodes.MakeGraphOperator: _GRAPH,
    nodes.PartitionByOperator: _INTERNAL,
    nodes.ReduceOperator: "the service's way of finding patterns is not documented",
    nodes.SampleDistinctOperator: _ARBITRARY,
    nodes.SampleOperator: _ARBITRARY,
    nodes.ScanOperator: "its steps are not compiled yet",
    nodes.TopHittersOperator: "the service's answer is an approximation",
    nodes.TopNestedOperator: "its levels are not compiled yet",
}


def compile_operator(compiler: Compiler, relation: Relation, operator: nodes.Node, scope: Scope) -> Relation:
    """Compile an operator behind a pipe."""
    handler = OPERATORS.get(type(operator))
    if handler is None:
        raise _refusal(operator)
    return handler(compiler, relation, operator, scope)


def compile_source(compiler: Compiler, operator: nodes.Node, scope: Scope) -> Relation:
    """Compile an operator at the head of a query."""
    handler = SOURCES.get(type(operator))
    if handler is None:
        raise _refusal(operator)
    return handler(compiler, operator, scope)


def _refusal(operator: nodes.Node) -> UnsupportedError:
    construct = operator.construct or type(operator).__name__
    place = "at this place" if type(operator) in OPERATORS or type(operator) in SOURCES else ""
    return UnsupportedError(f"`{construct}`", operator.span, REFUSED.get(type(operator), place))


def names_given(operator: nodes.Node, relation: Relation, scope: Scope) -> Scope:
    """Return the scope of what follows: `as` gives the rows so far a name."""
    if isinstance(operator, nodes.AsOperator):
        return scope.with_variable(operator.name.name, relation)
    return scope
