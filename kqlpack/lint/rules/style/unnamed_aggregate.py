"""unnamed-aggregate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.result_names import result_name
from kqlpack.source import Span
from kqlpack.syntax.nodes import FunctionCall, SummarizeOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# Those that yield columns under names of their own.
_SEVERAL = frozenset({"arg_max", "arg_min", "argmax", "argmin", "take_any", "any", "percentiles", "percentilesw"})


@rule(
    code="KQL405",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(SummarizeOperator,),
    fixes=Applicability.SAFE,
    opt_in=True,
)
def unnamed_aggregate(node: SummarizeOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an aggregate whose column has the name that KQL makes up: `count_`, `dcount_IPAddress`.

    A column that others read should be called by what it means; the made-up name changes when the aggregate does.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize count() by UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize SignIns = count() by UserPrincipalName
    ```

    The fix writes the name that the column has now, which is a place to write a better one. The rule runs where it is
    asked for.
    """
    names = [column.name for column in context.bound.schema_after(node).columns]
    for call in node.aggregates:
        if not isinstance(call, FunctionCall) or call.name.name in _SEVERAL:
            continue
        name = result_name(context.bound.catalog, call)
        # Of two columns with one name, the second has a number behind it.
        is_plain = name.isidentifier() and name in names and f"{name}1" not in names
        yield context.finding(
            call.span,
            f"this column has no name but the one that is made up for it{f', `{name}`' if is_plain else ''}",
            help="write `Name = ` in front of it",
            fix=replacing(f"Write `{name}`", (Span(call.start, call.start), f"{name} = ")) if is_plain else None,
        )
