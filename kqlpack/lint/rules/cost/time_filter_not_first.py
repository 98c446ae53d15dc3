"""time-filter-not-first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import filters, surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.semantics.time_predicates import bounded_columns
from kqlpack.syntax.nodes import (
    LookupOperator,
    MvExpandOperator,
    NameReference,
    PipeExpression,
    SortOperator,
    WhereOperator,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_COSTLY = (MvExpandOperator, SortOperator, LookupOperator)


@rule(
    code="KQL310",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def time_filter_not_first(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter on the time behind operators that take rows apart, sort or multiply them.

    Time is what the tables are stored by: a filter on it right behind the table leaves most of the data unread. Behind
    `parse`, `mv-expand`, `sort`, or an `extend` that parses text, the work may be done for rows that are then dropped.

    ```kql bad
    AuditLogs
    | mv-expand TargetResources
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    AuditLogs
    | where TimeGenerated > ago(1d)
    | mv-expand TargetResources
    ```

    Found are filters that nothing before them changes the meaning of; the fix moves them up. A second filter on the
    time, which narrows an earlier one, may stand where it likes.
    """
    operator = pipe.operator
    if not isinstance(operator, WhereOperator):
        return
    column = _time_column(operator.predicate, context)
    if column is None:
        return
    steps = surroundings.pipes(pipe)[1:]
    if any(
        isinstance(step.operator, WhereOperator) and column in bounded_columns(context.bound, step.operator.predicate)
        for step in steps
    ):
        return
    found = filters.trimmed(filters.lift(pipe, context), _COSTLY)
    if found is None:
        return
    name = getattr(type(found.operators[0]), "construct", "") or "the operator"
    yield context.finding(
        operator.span,
        f"this filter on `{column}` stands behind `{name}`, which works on rows of all times before they are dropped",
        help=f"write it before `{name}`",
        fix=filters.moved(found, "Move the filter up", context),
    )


def _time_column(predicate: Node, context: KqlContext) -> str | None:
    """Return the time column that a predicate bounds, if it is about nothing else."""
    found: set[str] = set()
    for node in walk(predicate):
        symbol = context.bound.symbol_of(node) if isinstance(node, NameReference) else None
        if symbol is not None and symbol.kind is SymbolKind.COLUMN:
            if symbol.table is None or symbol.name not in TIME_COLUMNS:
                return None
            found.add(symbol.name)
    if len(found) != 1 or not found <= bounded_columns(context.bound, predicate):
        return None
    return found.pop()
