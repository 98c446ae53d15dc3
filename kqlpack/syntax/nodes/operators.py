"""Tabular operators: what stands after a pipe, or at the head of a query. The graph operators stand in `graph`.

`parameters` are the settings between the operator's keyword and its first operand (`kind=inner`, `hint.x=y`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kqlpack.syntax.nodes.base import Node
from kqlpack.syntax.nodes.expressions import FunctionCall, NamedExpression, NamedParameter, OrderedExpression, RowSchema

if TYPE_CHECKING:
    from kqlpack.syntax.nodes.literals import TypeOf
    from kqlpack.syntax.nodes.names import NameDeclaration, NameReference

Parameters = tuple[NamedParameter, ...]


class TabularOperator(Node, frozen=True, eq=False):
    """The base of all tabular operators; `construct` is the operator's keyword."""


class AsOperator(TabularOperator, frozen=True, eq=False):
    """`as name`."""

    construct: ClassVar[str] = "as"
    parameters: Parameters
    name: NameDeclaration


class AssertSchemaOperator(TabularOperator, frozen=True, eq=False):
    """`assert-schema (schema)`."""

    construct: ClassVar[str] = "assert-schema"
    schema: RowSchema


class ConsumeOperator(TabularOperator, frozen=True, eq=False):
    """`consume`."""

    construct: ClassVar[str] = "consume"
    parameters: Parameters


class CountOperator(TabularOperator, frozen=True, eq=False):
    """`count`, `count as name`."""

    construct: ClassVar[str] = "count"
    parameters: Parameters
    name: NameDeclaration | None


class DistinctOperator(TabularOperator, frozen=True, eq=False):
    """`distinct a, b` or `distinct *` (one Star)."""

    construct: ClassVar[str] = "distinct"
    parameters: Parameters
    expressions: tuple[Node, ...]


class EvaluateOperator(TabularOperator, frozen=True, eq=False):
    """`evaluate plugin(...) : (schema)`."""

    construct: ClassVar[str] = "evaluate"
    parameters: Parameters
    call: FunctionCall
    schema: RowSchema | None


class ExecuteAndCacheOperator(TabularOperator, frozen=True, eq=False):
    """`__executeAndCache`."""

    construct: ClassVar[str] = "__executeAndCache"


class ExtendOperator(TabularOperator, frozen=True, eq=False):
    """`extend a = x, b = y`."""

    construct: ClassVar[str] = "extend"
    expressions: tuple[Node, ...]


class FacetOperator(TabularOperator, frozen=True, eq=False):
    """`facet by a, b with (query)`."""

    construct: ClassVar[str] = "facet"
    expressions: tuple[Node, ...]
    operator: Node | None


class FindOperator(TabularOperator, frozen=True, eq=False):
    """`find in (tables) where predicate project columns project-away columns`."""

    construct: ClassVar[str] = "find"
    parameters: Parameters
    tables: tuple[Node, ...]
    predicate: Node
    project: tuple[Node, ...]
    project_away: tuple[Node, ...]


class PackAll(Node, frozen=True, eq=False):
    """`pack(*)` in find's project."""


class ProjectSmart(Node, frozen=True, eq=False):
    """`project-smart` in find."""


class ForkOperator(TabularOperator, frozen=True, eq=False):
    """`fork name=(query) (query)`."""

    construct: ClassVar[str] = "fork"
    branches: tuple[ForkBranch, ...]


class ForkBranch(Node, frozen=True, eq=False):
    """`name=(query)`; the query is a PipeExpression without a source, or one operator."""

    name: NameDeclaration | None
    expression: Node


class GetSchemaOperator(TabularOperator, frozen=True, eq=False):
    """`getschema`."""

    construct: ClassVar[str] = "getschema"
    parameters: Parameters


class InvokeOperator(TabularOperator, frozen=True, eq=False):
    """`invoke f(...)`."""

    construct: ClassVar[str] = "invoke"
    call: Node


class JoinOperator(TabularOperator, frozen=True, eq=False):
    """`join kind=... right on conditions`; `conditions` are names or `$left.a == $right.b`; or `where predicate`."""

    construct: ClassVar[str] = "join"
    parameters: Parameters
    right: Node
    conditions: tuple[Node, ...]
    predicate: Node | None


class LookupOperator(TabularOperator, frozen=True, eq=False):
    """`lookup kind=... right on conditions`."""

    construct: ClassVar[str] = "lookup"
    parameters: Parameters
    right: Node
    conditions: tuple[Node, ...]


class MacroExpandOperator(TabularOperator, frozen=True, eq=False):
    """`macro-expand entities as name (statements)`."""

    construct: ClassVar[str] = "macro-expand"
    parameters: Parameters
    entities: Node
    name: NameDeclaration
    statements: tuple[Node, ...]


class MakeSeriesOperator(TabularOperator, frozen=True, eq=False):
    """`make-series items on axis from .. to .. step .. by ..`; `range_arguments` for the older `in range(a, b, c)`."""

    construct: ClassVar[str] = "make-series"
    parameters: Parameters
    items: tuple[MakeSeriesItem, ...]
    axis: Node
    from_: Node | None
    to: Node | None
    step: Node | None
    range_arguments: tuple[Node, ...]
    by: tuple[Node, ...]


class MakeSeriesItem(Node, frozen=True, eq=False):
    """`name = aggregate default = value`."""

    expression: Node
    default: Node | None


class MvExpandOperator(TabularOperator, frozen=True, eq=False):
    """`mv-expand a, b = x to typeof(long) limit n`. `keyword` tells `mv-expand` from the older `mvexpand`."""

    construct: ClassVar[str] = "mv-expand"
    keyword: str
    parameters: Parameters
    items: tuple[MvExpandItem, ...]
    limit: Node | None


class MvExpandItem(Node, frozen=True, eq=False):
    """`name = expression to typeof(type)`, of mv-expand and mv-apply."""

    expression: Node
    to: TypeOf | None


class MvApplyOperator(TabularOperator, frozen=True, eq=False):
    """`mv-apply items limit n on (query)`; the query is an operator, or a PipeExpression whose head is one."""

    construct: ClassVar[str] = "mv-apply"
    keyword: str
    parameters: Parameters
    items: tuple[MvExpandItem, ...]
    limit: Node | None
    context_id: Node | None
    subquery: Node


class ParseOperator(TabularOperator, frozen=True, eq=False):
    """`parse kind=... expression with pattern`. Pattern parts: Star, StringLiteral, NameAndType."""

    construct: ClassVar[str] = "parse"
    parameters: Parameters
    expression: Node
    pattern: tuple[Node, ...]


class ParseWhereOperator(ParseOperator, frozen=True, eq=False):
    """`parse-where`: as parse, but rows that don't match are dropped."""

    construct: ClassVar[str] = "parse-where"


class ParseKvOperator(TabularOperator, frozen=True, eq=False):
    """`parse-kv expression as (schema) with (properties)`."""

    construct: ClassVar[str] = "parse-kv"
    expression: Node
    schema: RowSchema
    properties: tuple[NamedParameter, ...]


class PartitionOperator(TabularOperator, frozen=True, eq=False):
    """`partition by key in scope (query)`. `is_braced`: `{ query }`, a whole query instead of a sub-pipe."""

    construct: ClassVar[str] = "partition"
    parameters: Parameters
    key: Node
    scope: Node | None
    subquery: Node
    is_braced: bool = False


class PartitionByOperator(TabularOperator, frozen=True, eq=False):
    """`__partitionby key id ... (query)`."""

    construct: ClassVar[str] = "__partitionby"
    parameters: Parameters
    key: Node
    id: Node | None
    subquery: Node


class PrintOperator(TabularOperator, frozen=True, eq=False):
    """`print a = 1, 2`."""

    construct: ClassVar[str] = "print"
    expressions: tuple[Node, ...]


class ProjectOperator(TabularOperator, frozen=True, eq=False):
    """`project a, b = x`."""

    construct: ClassVar[str] = "project"
    expressions: tuple[Node, ...]


class ProjectAwayOperator(TabularOperator, frozen=True, eq=False):
    """`project-away a, b*`: NameReference and WildcardedName."""

    construct: ClassVar[str] = "project-away"
    expressions: tuple[Node, ...]


class ProjectKeepOperator(TabularOperator, frozen=True, eq=False):
    """`project-keep a, b*`."""

    construct: ClassVar[str] = "project-keep"
    expressions: tuple[Node, ...]


class ProjectByNamesOperator(TabularOperator, frozen=True, eq=False):
    """`project-by-names "a", "b*", dynamic(["c"])`: expressions whose values are names, or lists of them."""

    construct: ClassVar[str] = "project-by-names"
    expressions: tuple[Node, ...]


class ProjectRenameOperator(TabularOperator, frozen=True, eq=False):
    """`project-rename new = old`."""

    construct: ClassVar[str] = "project-rename"
    expressions: tuple[Node, ...]


class ProjectReorderOperator(TabularOperator, frozen=True, eq=False):
    """`project-reorder a, b* asc`: NameReference, WildcardedName, or an OrderedExpression over one."""

    construct: ClassVar[str] = "project-reorder"
    expressions: tuple[Node, ...]


class RangeOperator(TabularOperator, frozen=True, eq=False):
    """`range name from a to b step c`, at the head of a query."""

    construct: ClassVar[str] = "range"
    name: NameDeclaration
    from_: Node
    to: Node
    step: Node


class ReduceOperator(TabularOperator, frozen=True, eq=False):
    """`reduce by expression with settings`."""

    construct: ClassVar[str] = "reduce"
    parameters: Parameters
    expression: Node
    settings: tuple[NamedParameter, ...]


class RenderOperator(TabularOperator, frozen=True, eq=False):
    """`render chart with (properties)`."""

    construct: ClassVar[str] = "render"
    chart: NameReference
    properties: tuple[Node, ...]


class SampleOperator(TabularOperator, frozen=True, eq=False):
    """`sample n`."""

    construct: ClassVar[str] = "sample"
    parameters: Parameters
    count: Node


class SampleDistinctOperator(TabularOperator, frozen=True, eq=False):
    """`sample-distinct n of expression`."""

    construct: ClassVar[str] = "sample-distinct"
    parameters: Parameters
    count: Node
    of: Node


class ScanOperator(TabularOperator, frozen=True, eq=False):
    """`scan partition by ... declare (...) with (steps)`."""

    construct: ClassVar[str] = "scan"
    parameters: Parameters
    order_by: tuple[Node, ...]
    partition_by: tuple[Node, ...]
    declarations: tuple[Node, ...]
    steps: tuple[ScanStep, ...]


class ScanStep(Node, frozen=True, eq=False):
    """`step name optional output=last: condition => assignments;`."""

    name: NameDeclaration
    is_optional: bool
    output: str | None
    condition: Node
    assignments: tuple[NamedExpression, ...]


class SearchOperator(TabularOperator, frozen=True, eq=False):
    """`search kind=... in (tables) predicate`; `predicate` may be a bare string or a Star."""

    construct: ClassVar[str] = "search"
    parameters: Parameters
    tables: tuple[Node, ...]
    predicate: Node


class SerializeOperator(TabularOperator, frozen=True, eq=False):
    """`serialize a = x`."""

    construct: ClassVar[str] = "serialize"
    parameters: Parameters
    expressions: tuple[Node, ...]


class SortOperator(TabularOperator, frozen=True, eq=False):
    """`sort by a desc, b`. `keyword` is `sort` or `order`. Entries: OrderedExpression."""

    construct: ClassVar[str] = "sort"
    keyword: str
    parameters: Parameters
    expressions: tuple[OrderedExpression, ...]


class SummarizeOperator(TabularOperator, frozen=True, eq=False):
    """`summarize aggregates by keys`; `by` is None without the word. `bin` is the older `by ... bin = 1h`."""

    construct: ClassVar[str] = "summarize"
    parameters: Parameters
    aggregates: tuple[Node, ...]
    by: tuple[Node, ...] | None
    bin: Node | None


class TakeOperator(TabularOperator, frozen=True, eq=False):
    """`take n`. `keyword` is `take` or `limit`."""

    construct: ClassVar[str] = "take"
    keyword: str
    parameters: Parameters
    count: Node


class TopOperator(TabularOperator, frozen=True, eq=False):
    """`top n by expression desc`."""

    construct: ClassVar[str] = "top"
    parameters: Parameters
    count: Node
    by: OrderedExpression


class TopHittersOperator(TabularOperator, frozen=True, eq=False):
    """`top-hitters n of expression by weight`."""

    construct: ClassVar[str] = "top-hitters"
    parameters: Parameters
    count: Node
    of: Node
    by: Node | None


class TopNestedOperator(TabularOperator, frozen=True, eq=False):
    """`top-nested n of a by x, top-nested ...`."""

    construct: ClassVar[str] = "top-nested"
    clauses: tuple[TopNestedClause, ...]


class TopNestedClause(Node, frozen=True, eq=False):
    """`top-nested n of a with others = "rest" by x`."""

    count: Node | None
    of: Node
    others: Node | None
    by: OrderedExpression


class UnionOperator(TabularOperator, frozen=True, eq=False):
    """`union kind=... tables`: expressions and WildcardedName."""

    construct: ClassVar[str] = "union"
    parameters: Parameters
    tables: tuple[Node, ...]


class WhereOperator(TabularOperator, frozen=True, eq=False):
    """`where predicate`. `keyword` is `where` or `filter`."""

    construct: ClassVar[str] = "where"
    keyword: str
    parameters: Parameters
    predicate: Node
