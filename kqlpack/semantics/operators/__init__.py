"""Which function binds which operator. In: nothing. Out: `REGISTRY`, and `OPEN`, what yields nobody knows what.

A binding function takes the operator, the relation that it reads (`NO_INPUT` at the head of a query) and the binder,
and returns the relation that it yields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kqlpack.semantics.operators import (
    as_,
    assert_schema,
    count,
    distinct,
    evaluate,
    extend,
    find,
    fork,
    getschema,
    graph,
    graph_match,
    graph_to_table,
    invoke,
    join,
    lookup,
    make_series,
    mv_apply,
    mv_expand,
    parse,
    parse_kv,
    partition,
    print_,
    project,
    project_away,
    project_by_names,
    project_keep,
    project_rename,
    project_reorder,
    range_,
    reduce,
    sample_distinct,
    scan,
    search,
    serialize,
    sort,
    summarize,
    take,
    top,
    top_hitters,
    top_nested,
    unchanged,
    union,
    where,
)
from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqlpack.semantics.relation import Relation

REGISTRY: dict[type[nodes.Node], Callable[[Any, Relation, Any], Relation]] = {
    nodes.AsOperator: as_.bind,
    nodes.AssertSchemaOperator: assert_schema.bind,
    nodes.ConsumeOperator: unchanged.bind,
    nodes.CountOperator: count.bind,
    nodes.DistinctOperator: distinct.bind,
    nodes.EvaluateOperator: evaluate.bind,
    nodes.ExecuteAndCacheOperator: unchanged.bind,
    nodes.ExtendOperator: extend.bind,
    nodes.FacetOperator: fork.bind_facet,
    nodes.FindOperator: find.bind,
    nodes.ForkOperator: fork.bind,
    nodes.GetSchemaOperator: getschema.bind,
    nodes.GraphMarkComponentsOperator: graph.bind_mark_components,
    nodes.GraphMatchOperator: graph_match.bind,
    nodes.GraphShortestPathsOperator: graph_match.bind,
    nodes.GraphToTableOperator: graph_to_table.bind,
    nodes.GraphWhereEdgesOperator: graph.bind_where,
    nodes.GraphWhereNodesOperator: graph.bind_where,
    nodes.InvokeOperator: invoke.bind,
    nodes.JoinOperator: join.bind,
    nodes.LookupOperator: lookup.bind,
    nodes.MakeGraphOperator: graph.bind_make_graph,
    nodes.MakeSeriesOperator: make_series.bind,
    nodes.MvApplyOperator: mv_apply.bind,
    nodes.MvExpandOperator: mv_expand.bind,
    nodes.ParseKvOperator: parse_kv.bind,
    nodes.ParseOperator: parse.bind,
    nodes.ParseWhereOperator: parse.bind,
    nodes.PartitionByOperator: partition.bind_by,
    nodes.PartitionOperator: partition.bind,
    nodes.PrintOperator: print_.bind,
    nodes.ProjectAwayOperator: project_away.bind,
    nodes.ProjectByNamesOperator: project_by_names.bind,
    nodes.ProjectKeepOperator: project_keep.bind,
    nodes.ProjectOperator: project.bind,
    nodes.ProjectRenameOperator: project_rename.bind,
    nodes.ProjectReorderOperator: project_reorder.bind,
    nodes.RangeOperator: range_.bind,
    nodes.ReduceOperator: reduce.bind,
    nodes.RenderOperator: unchanged.bind,
    nodes.SampleDistinctOperator: sample_distinct.bind,
    nodes.SampleOperator: take.bind,
    nodes.ScanOperator: scan.bind,
    nodes.SearchOperator: search.bind,
    nodes.SerializeOperator: serialize.bind,
    nodes.SortOperator: sort.bind,
    nodes.SummarizeOperator: summarize.bind,
    nodes.TakeOperator: take.bind,
    nodes.TopHittersOperator: top_hitters.bind,
    nodes.TopNestedOperator: top_nested.bind,
    nodes.TopOperator: top.bind,
    nodes.UnionOperator: union.bind,
    nodes.WhereOperator: where.bind,
}

# Operators that are not bound: macro-expand's statements run over entities elsewhere.
OPEN: frozenset[type[nodes.Node]] = frozenset({nodes.MacroExpandOperator})

# Operators that may stand at the head of a query and then read `NO_INPUT`; any other there reads what is unknown.
HEADS: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.EvaluateOperator,
        nodes.FindOperator,
        nodes.PrintOperator,
        nodes.RangeOperator,
        nodes.SearchOperator,
        nodes.UnionOperator,
    }
)
