"""The columns of plugins that depend on what they are given. In: a call and what it reads. Out: columns.

Each row names a plugin and what comes out, in order: `*` all columns that go in, `@1` the column that is the second
argument, `@8..` those that are the ninth argument and all behind it, `from_@1` a name made of an argument's, with its
type, `@0_embeddings:dynamic` the same with a type, and `dcount:long` a column. Source: the pages that Kusto's
documentation has for them, <https://learn.microsoft.com/kusto/query/> and the plugin's name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics.relation import OutputColumns, computed
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import Literal, NamedExpression

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import FunctionCall, Node

_ROWS: Final = """
active_users_count          @1 @8.. dcount:long
activity_counts_metrics     @1 @5.. count:long dcount:long new_dcount:long aggregated_dcount:long
activity_engagement         @1 @6.. dcount_activities_inner:long dcount_activities_outer:long activity_ratio:real
activity_metrics            @1 @5.. dcount_values:long dcount_newvalues:long retention_rate:real churn_rate:real
ai_chat_completion          * @0_completion:string
ai_chat_completion_prompt   * @0_completion:string
ai_embed_text               * @0_embedding:dynamic
ai_embeddings               * @0_embeddings:dynamic
autocluster                 SegmentId:long Count:long Percent:real *
basket                      SegmentId:long Count:long Percent:real *
diffpatterns                SegmentId:long CountA:long CountB:long PercentA:real PercentB:real PercentDiffAB:real *
funnel_sequence             @1 prev:string next:string dcount:long samples:dynamic
funnel_sequence_completion  @1 @5 Period:timespan dcount:long
rows_near                   *
session_count               @1 @6.. count_sessions:long
sliding_window_counts       @1 @6.. Count:long Dcount:long
"""
_RATES = (
    "dcount_new_values:long dcount_retained_values:long dcount_churn_values:long retention_rate:real churn_rate:real"
)
_PLUGINS: Final = {
    **{name: tuple(columns) for name, *columns in (row.split() for row in _ROWS.strip().splitlines())},
    # The sixth argument may be the first of the keys, or say which group is meant.
    "new_activity_metrics": ("from_@1", "to_@1", "@5..", *_RATES.split()),
}
_ARGUMENT = re.compile(r"(?P<before>\w*)@(?P<index>\d+)(?P<rest>\.\.)?(?P<after>\w*)")
# Their fourth argument asks for a column of errors.
_WITH_ERRORS = frozenset({"ai_chat_completion", "ai_chat_completion_prompt", "ai_embed_text", "ai_embeddings"})


def plugin_columns(binder: Binder, call: FunctionCall, given: Relation) -> OutputColumns | None:
    """Return the columns of a plugin whose arguments are bound; None where nobody knows."""
    name = call.name.name
    if name == "dcount_intersect":
        columns = OutputColumns(given.columns)
        for index in range(len(call.arguments)):
            columns.add(computed(f"s{index}", ScalarType.LONG, call))
        return columns
    if name == "rolling_percentile":
        return _rolling_percentile(binder, call)
    row = _PLUGINS.get(name)
    if row is None:
        return None
    columns = OutputColumns()
    for spec in row:
        if spec == "*":
            for column in given.columns:
                columns.add(column)
            continue
        match = _ARGUMENT.match(spec)
        if match is None:
            column_name, _, type_name = spec.partition(":")
            columns.add(computed(column_name, scalar_type(type_name), call))
            continue
        _add_arguments(columns, binder, call, match, spec.partition(":")[2])
    if name in _WITH_ERRORS and len(call.arguments) > 3:
        last = [column.name for column in columns][-1]
        columns.add(computed(f"{last}_error", ScalarType.STRING, call))
    return columns


def _add_arguments(
    columns: OutputColumns, binder: Binder, call: FunctionCall, match: re.Match[str], type_name: str
) -> None:
    first = int(match["index"])
    chosen = call.arguments[first:] if match["rest"] else call.arguments[first : first + 1]
    for argument in chosen:
        base = _name(binder, argument)
        if match["rest"] and not base:
            continue  # a constant among the keys
        type_ = scalar_type(type_name) if type_name else binder.type_of(argument)
        columns.add(computed(f"{match['before']}{base}{match['after']}", type_, argument))


def _rolling_percentile(binder: Binder, call: FunctionCall) -> OutputColumns | None:
    if len(call.arguments) < 5:
        return None
    value, rank, index, _, bins, *keys = call.arguments
    if not isinstance(rank, Literal) or not isinstance(bins, Literal):
        return None
    columns = OutputColumns()
    for each in (index, *keys):
        columns.add(computed(_name(binder, each), binder.type_of(each), each))
    name = f"rolling_{bins.text}_percentile_{_name(binder, value)}_{rank.text}"
    columns.add(computed(name, binder.type_of(value), call))
    return columns


def _name(binder: Binder, argument: Node) -> str:
    if isinstance(argument, NamedExpression):
        return argument.name.name
    return result_name(binder.catalog, argument)
