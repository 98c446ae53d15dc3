"""window-needs-serialize."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import NameReference, ParenthesizedExpression, PipeExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

# Source: the Kusto documentation's page "Window functions", with its lists of operators that put rows in order, and
# of those that keep the order.
_WINDOW: Final = frozenset(
    {
        *("prev", "next", "row_number", "row_cumsum", "row_window_session", "row_rank_dense", "row_rank_min"),
        "row_rank",
    }
)
_USES: Final = (nodes.ExtendOperator, nodes.ProjectOperator, nodes.WhereOperator)
_KEEPS: Final = (
    nodes.ExtendOperator,
    nodes.MvExpandOperator,
    nodes.ParseOperator,
    nodes.ParseWhereOperator,
    nodes.ProjectOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectKeepOperator,
    nodes.ProjectRenameOperator,
    nodes.ProjectReorderOperator,
    nodes.WhereOperator,
)
# What yields rows in no order, whatever came in.
_LOSES: Final = (
    nodes.DistinctOperator,
    nodes.JoinOperator,
    nodes.LookupOperator,
    nodes.MakeSeriesOperator,
    nodes.SummarizeOperator,
    nodes.UnionOperator,
)


@rule(
    code="KQL232",
    group=Group.CORRECTNESS,
    severity=Severity.ERROR,
    on=(PipeExpression,),
    fixes=Applicability.UNSAFE,
)
def window_needs_serialize(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a function that looks at the row before or behind, where rows have no order.

    `prev()`, `next()`, `row_number()` and the like ask which row comes next, and rows have an order only behind
    `sort`, `top`, `range` and `serialize`. Elsewhere the service refuses the query.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Before = prev(TimeGenerated)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by UserPrincipalName asc, TimeGenerated asc
    | extend Before = prev(TimeGenerated)
    ```

    The fix writes `serialize`, which makes the query run with the rows in whatever order they come; `sort` is mostly
    what is meant. Behind a function or a table of somebody else's, nothing is known and nothing is found.
    """
    if not isinstance(pipe.operator, _USES):
        return
    call = next(predicates.calls_in(pipe.operator, context, _WINDOW), None)
    if call is None or not _is_unordered(pipe.expression, context):
        return
    place = Span(pipe.operator.start, pipe.operator.start)
    yield context.finding(
        call.span,
        f"`{call.name.name}()` needs rows in order, and here they have none, so that the service refuses the query",
        help="write `| sort by ... ` before it",
        fix=replacing("Write `serialize` before it", (place, "serialize\n| "), applicability=Applicability.UNSAFE),
    )


def _is_unordered(node: Node, context: KqlContext) -> bool:
    """Tell whether it is certain that rows come in no order."""
    while True:
        if isinstance(node, ParenthesizedExpression | nodes.MaterializeExpression):
            node = node.expression
        elif isinstance(node, PipeExpression):
            if isinstance(node.operator, _LOSES):
                return True
            if not isinstance(node.operator, _KEEPS):
                return False
            node = node.expression
        elif isinstance(node, NameReference):
            symbol = context.bound.symbol_of(node)
            if symbol is not None and symbol.table is not None:
                return True
            given = operands.constant(node, context)
            if given is node:
                return False
            node = given
        else:
            return isinstance(node, nodes.UnionOperator)
