"""How tabular operators are set. In: a node and the `Shape` to tell. Out: the shape's groups and spaces.

An operator that is not in `RULES` has nothing of its own to break: `count`, `take`, `as`, `top`, ...
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kqlpack.syntax import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kqlpack.format.shape import Shape
    from kqlpack.syntax.nodes import Node


def _expressions(shape: Shape, node: Any) -> None:
    """Set a list after the keyword: `extend`, `project`, `sort by`, ..."""
    shape.listed(node.expressions)


def _summarize(shape: Shape, node: nodes.SummarizeOperator) -> None:
    breaks = shape.items(node.aggregates) if len(node.aggregates) > 1 else []
    if node.by:
        shape.listed(node.by)
        if node.aggregates:
            breaks.append(shape.first(node.by[0]) - 1)
    if node.bin is not None:
        shape.tight_around(shape.first(node.bin) - 1)
    start = shape.first(node.aggregates[0]) - 1 if node.aggregates else shape.first(node)
    shape.group(start, shape.last(node) + 1, breaks)


def _conditions(shape: Shape, node: nodes.JoinOperator) -> None:
    shape.listed(node.conditions)


def _union(shape: Shape, node: nodes.UnionOperator) -> None:
    shape.listed(node.tables)


def _facet(shape: Shape, node: nodes.FacetOperator) -> None:
    shape.listed(node.expressions)
    if node.operator is not None and shape.texts[shape.first(node.operator) - 1] == "(":
        _subquery(shape, node, node.operator)


def _find(shape: Shape, node: nodes.FindOperator) -> None:
    _tables(shape, node.tables)
    breaks = []
    where = shape.first(node.predicate) - 1
    if shape.texts[where] == "where" and where > shape.first(node):
        breaks.append(where)
    for columns in (node.project, node.project_away):
        if columns and not isinstance(columns[0], (nodes.ProjectSmart, nodes.Star)):
            breaks.append(shape.first(columns[0]) - 1)
            shape.listed(columns)
    shape.group(shape.first(node), shape.last(node) + 1, breaks)


def _search(shape: Shape, node: nodes.SearchOperator) -> None:
    _tables(shape, node.tables)


def _tables(shape: Shape, tables: Sequence[Node]) -> None:
    if tables:
        shape.brackets(shape.first(tables[0]) - 1, shape.last(tables[-1]) + 1, shape.items(tables))


def _pack_all(shape: Shape, node: nodes.PackAll) -> None:
    shape.tight_inside(node)


def _fork(shape: Shape, node: nodes.ForkOperator) -> None:
    if len(node.branches) > 1:
        shape.group(shape.first(node), shape.last(node) + 1, shape.items(node.branches))


def _fork_branch(shape: Shape, node: nodes.ForkBranch) -> None:
    if node.name is not None:
        shape.tight_around(shape.last(node.name) + 1)
    _subquery(shape, node, node.expression)


def _subquery(shape: Shape, node: Node, query: Node) -> None:
    """Set a query in brackets that ends the operator."""
    shape.brackets(shape.first(query) - 1, shape.last(node))


def _with_subquery(shape: Shape, node: nodes.PartitionOperator) -> None:
    if shape.texts[shape.last(node)].startswith("{"):
        return  # `{T}` is one token
    _subquery(shape, node, node.subquery)


def _mv_expand(shape: Shape, node: nodes.MvExpandOperator) -> None:
    shape.listed(node.items)


def _mv_apply(shape: Shape, node: nodes.MvApplyOperator) -> None:
    shape.listed(node.items)
    _subquery(shape, node, node.subquery)


def _macro_expand(shape: Shape, node: nodes.MacroExpandOperator) -> None:
    starts = shape.items(node.statements)
    shape.statements.update(starts[1:])
    shape.brackets(starts[0] - 1, shape.last(node), starts, is_hard=len(starts) > 1)


def _make_series(shape: Shape, node: nodes.MakeSeriesOperator) -> None:
    start, end = shape.first(node.items[0]) - 1, shape.last(node) + 1
    breaks = shape.items(node.items) if len(node.items) > 1 else []
    axis = shape.first(node.axis) - 1
    breaks.append(axis)
    if node.by:
        by = shape.first(node.by[0]) - 1
        breaks.append(by)
        shape.listed(node.by)
    bounds = [shape.first(bound) - 1 for bound in (node.from_, node.to, node.step) if bound is not None]
    shape.group(axis, by if node.by else end, bounds)
    if node.range_arguments:
        closer = shape.last(node.range_arguments[-1]) + 1
        opener = shape.first(node.range_arguments[0]) - 1
        shape.tight(opener)
        shape.brackets(opener, closer, shape.items(node.range_arguments))
    shape.group(start, end, breaks)


def _make_series_item(shape: Shape, node: nodes.MakeSeriesItem) -> None:
    if node.default is not None:
        shape.tight_around(shape.first(node.default) - 1)


def _parse(shape: Shape, node: nodes.ParseOperator) -> None:
    """Break a pattern before its strings, so that a column stands behind the text that leads to it."""
    pattern = node.pattern
    breaks = [shape.first(pattern[0])]
    for before, part in pairwise(pattern):
        leads = before is pattern[0] and isinstance(before, nodes.Star)
        if isinstance(part, nodes.StringLiteral) and not leads:
            breaks.append(shape.first(part))
    shape.group(breaks[0] - 1, shape.last(node) + 1, breaks)


def _parse_kv(shape: Shape, node: nodes.ParseKvOperator) -> None:
    if node.properties:
        shape.brackets(shape.first(node.properties[0]) - 1, shape.last(node), shape.items(node.properties))


def _range(shape: Shape, node: nodes.RangeOperator) -> None:
    bounds = [shape.first(bound) - 1 for bound in (node.from_, node.to, node.step)]
    shape.group(shape.first(node), shape.last(node) + 1, bounds)


def _reduce(shape: Shape, node: nodes.ReduceOperator) -> None:
    shape.listed(node.settings)


def _render(shape: Shape, node: nodes.RenderOperator) -> None:
    last = shape.last(node)
    for index in range(shape.last(node.chart) + 1, last):
        if shape.texts[index] == "with" and shape.texts[index + 1] == "(":
            starts = [shape.first(one) for one in node.properties]
            shape.brackets(index + 1, last, [start for start in starts if start > index])
            return


def _scan(shape: Shape, node: nodes.ScanOperator) -> None:
    if node.declarations:
        closer = shape.last(node.declarations[-1]) + 1
        shape.brackets(shape.first(node.declarations[0]) - 1, closer, shape.items(node.declarations))
    steps = shape.items(node.steps)
    shape.brackets(steps[0] - 1, shape.last(node), steps, is_hard=len(steps) > 1)


def _scan_step(shape: Shape, node: nodes.ScanStep) -> None:
    for index in range(shape.first(node), shape.first(node.condition)):
        if shape.texts[index] == "=":
            shape.tight_around(index)
    if node.assignments:
        shape.listed(node.assignments)
        shape.group(shape.first(node), shape.last(node) + 1, (shape.first(node.assignments[0]) - 1,))


def _top_nested(shape: Shape, node: nodes.TopNestedOperator) -> None:
    shape.group(shape.first(node), shape.last(node) + 1, shape.items(node.clauses)[1:])


def _evaluate(shape: Shape, node: nodes.EvaluateOperator) -> None:
    if node.schema is not None:
        shape.loose(shape.first(node.schema) - 1)


# ---- graphs ----------------------------------------------------------------------------------------------------------


def _make_graph(shape: Shape, node: nodes.MakeGraphOperator) -> None:
    shape.tight(*range(shape.last(node.source) + 2, shape.first(node.target)))
    if node.node_id is not None:
        shape.tight_around(shape.first(node.node_id) - 1)
    if node.partition_query is not None:
        _subquery(shape, node, node.partition_query)


def _graph_match(shape: Shape, node: nodes.GraphMatchOperator) -> None:
    breaks = shape.items(node.patterns)[1:]
    if node.predicate is not None:
        breaks.append(shape.first(node.predicate) - 1)
    if node.project:
        breaks.append(shape.first(node.project[0]) - 1)
        shape.listed(node.project)
    shape.group(shape.first(node), shape.last(node) + 1, breaks)


def _graph_pattern(shape: Shape, node: nodes.GraphPattern) -> None:
    shape.tight_inside(node)


RULES: Final[dict[type[Node], Callable[[Shape, Any], None]]] = {
    nodes.DistinctOperator: _expressions,
    nodes.EvaluateOperator: _evaluate,
    nodes.ExtendOperator: _expressions,
    nodes.FacetOperator: _facet,
    nodes.FindOperator: _find,
    nodes.ForkBranch: _fork_branch,
    nodes.ForkOperator: _fork,
    nodes.GraphMatchOperator: _graph_match,
    nodes.GraphPattern: _graph_pattern,
    nodes.GraphShortestPathsOperator: _graph_match,
    nodes.JoinOperator: _conditions,
    nodes.LookupOperator: _conditions,
    nodes.MacroExpandOperator: _macro_expand,
    nodes.MakeGraphOperator: _make_graph,
    nodes.MakeSeriesItem: _make_series_item,
    nodes.MakeSeriesOperator: _make_series,
    nodes.MvApplyOperator: _mv_apply,
    nodes.MvExpandOperator: _mv_expand,
    nodes.PackAll: _pack_all,
    nodes.ParseKvOperator: _parse_kv,
    nodes.ParseOperator: _parse,
    nodes.ParseWhereOperator: _parse,
    nodes.PartitionByOperator: _with_subquery,
    nodes.PartitionOperator: _with_subquery,
    nodes.PrintOperator: _expressions,
    nodes.ProjectAwayOperator: _expressions,
    nodes.ProjectByNamesOperator: _expressions,
    nodes.ProjectKeepOperator: _expressions,
    nodes.ProjectOperator: _expressions,
    nodes.ProjectRenameOperator: _expressions,
    nodes.ProjectReorderOperator: _expressions,
    nodes.RangeOperator: _range,
    nodes.ReduceOperator: _reduce,
    nodes.RenderOperator: _render,
    nodes.ScanOperator: _scan,
    nodes.ScanStep: _scan_step,
    nodes.SearchOperator: _search,
    nodes.SerializeOperator: _expressions,
    nodes.SortOperator: _expressions,
    nodes.SummarizeOperator: _summarize,
    nodes.TopNestedOperator: _top_nested,
    nodes.UnionOperator: _union,
}
