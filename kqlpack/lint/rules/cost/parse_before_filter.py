"""parse-before-filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import filters, surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.syntax.nodes import MvExpandOperator, PipeExpression, WhereOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL311",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def parse_before_filter(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter behind operators that parse or expand, where it could stand before them.

    Parsing JSON, matching patterns and expanding arrays cost far more than a comparison. A filter that needs nothing of
    what they make should come first, so that they work on fewer rows.

    ```kql bad
    AuditLogs
    | where TimeGenerated > ago(1d)
    | extend Actor = extract(@"([^@]+)@", 1, Identity)
    | where OperationName == "Add user"
    ```

    Write instead:

    ```kql good
    AuditLogs
    | where TimeGenerated > ago(1d)
    | where OperationName == "Add user"
    | extend Actor = extract(@"([^@]+)@", 1, Identity)
    ```

    The fix moves the filter up. A filter on the time is told by time-filter-not-first.
    """
    operator = pipe.operator
    if not isinstance(operator, WhereOperator):
        return
    if not surroundings.columns_named(operator.predicate, context).isdisjoint(TIME_COLUMNS):
        return
    found = filters.trimmed(filters.lift(pipe, context), (MvExpandOperator,))
    if found is None:
        return
    name = getattr(type(found.operators[0]), "construct", "")
    what = "expands" if isinstance(found.operators[0], MvExpandOperator) else "parses"
    yield context.finding(
        operator.span,
        f"this filter needs nothing that `{name}` makes, which {what} rows that are then dropped",
        help=f"write it before `{name}`",
        fix=filters.moved(found, "Move the filter up", context),
    )
