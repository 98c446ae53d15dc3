"""no-time-bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds, time_columns
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL301",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def no_time_bound(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a read of a table that nothing bounds in time.

    Without a bound, a query reads all that the workspace retains: it is slow, costs money on some plans, and finds
    different things from week to week. Each read counts for itself, along the way that its rows take: through `let`,
    both sides of a `join`, every table of a `union`. A filter behind a `summarize` comes too late.

    ```kql bad
    SigninLogs
    | where ResultType != "0"
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType != "0"
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    A pack's query can also say `timespan: P1D`, which is sent along with it. Elsewhere, and in functions, somebody else
    may set the time (a time picker, a rule's period, the caller), so there it is only a hint; and other people's files
    that bound none of their reads are taken to rely on that.
    """
    query, pack = context.query, context.pack
    if query is not None and (query.timespan or _runs_on_a_schedule_only(context)):
        return
    is_own = pack is not None and not pack.is_foreign and not _is_function(context)
    if not context.bound.catalog.dialect.has_catalogue:
        return  # nobody knows which column of theirs is the time, or whether there is one
    found = time_bounds(context.bound)
    if pack is not None and pack.is_foreign and not found.bounded:
        return
    for node in found.unbounded:
        column = _time_column(node.name, context)
        filter_ = f"`| where {column} > ago(1d)`"
        yield context.finding(
            node.span,
            f"nothing bounds the time of `{node.name}`, so all that is retained is read",
            help=f"write {filter_} behind it, or give the query a `timespan`"
            if is_own
            else f"write {filter_} behind it, unless whoever runs the query sets the time",
            severity=Severity.WARNING if is_own else Severity.INFO,
        )


def _runs_on_a_schedule_only(context: KqlContext) -> bool:
    """Tell whether the query becomes nothing but rules, whose period the service puts around it."""
    publish = context.query.publish if context.query else None
    if publish is None or not (publish.alert or publish.sentinel_rule):
        return False
    return not (publish.saved_search or publish.query_pack or publish.function or publish.hunting)


def _is_function(context: KqlContext) -> bool:
    functions = context.pack.functions.values() if context.pack else ()
    return any(function.body is context.query for function in functions)


def _time_column(table: str, context: KqlContext) -> str:
    """Return what a table calls its time: Defender's tables say `Timestamp`."""
    found = context.bound.catalog.table(table)
    return next(iter(time_columns(found)), "TimeGenerated") if found else "TimeGenerated"
