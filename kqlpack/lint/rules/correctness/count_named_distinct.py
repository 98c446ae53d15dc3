"""count-named-distinct."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import NamedExpression, PipeExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_DISTINCT: Final = re.compile(r"(?i:^dcount|^distinct|^uniq|^unique)|Distinct|Unique|_(?i:distinct|unique)")
# After these, a row stands for a value already, so that counting rows counts values.
_GROUPING: Final = (nodes.DistinctOperator, nodes.SummarizeOperator, nodes.SampleDistinctOperator)


@rule(
    code="KQL242",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def count_named_distinct(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `count()` that is named as if it counted different values.

    `count()` counts rows. Ten sign-ins of one user are ten.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize DistinctUsers = count() by AppDisplayName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize DistinctUsers = dcount(UserPrincipalName) by AppDisplayName
    ```

    Nothing is found behind `distinct` and `summarize`, which leave one row for each value.
    """
    operator = pipe.operator
    if not isinstance(operator, nodes.SummarizeOperator):
        return
    counts = [
        one
        for one in operator.aggregates
        if isinstance(one, NamedExpression)
        and _DISTINCT.search(one.name.name)
        and operands.calls(unparenthesized(one.expression), context, {"count"})
    ]
    if not counts or any(isinstance(one, _GROUPING) for one in predicates.operators_before(pipe)):
        return
    if not isinstance(predicates.head(pipe), nodes.NameReference) or not _is_table(predicates.head(pipe), context):
        return
    for one in counts:
        yield context.finding(
            one.span,
            f"`{one.name.name}` is the number of rows, not of different values",
            help="write `dcount(...)` with the column whose values to count, or another name",
        )


def _is_table(node: nodes.Node, context: KqlContext) -> bool:
    """Tell whether a name is a table, and not a `let` that may have grouped its rows."""
    symbol = context.bound.symbol_of(node)
    return symbol is not None and symbol.table is not None
