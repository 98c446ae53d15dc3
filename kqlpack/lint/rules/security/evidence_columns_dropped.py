"""evidence-columns-dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.origins import lineage
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.syntax.nodes import ExpressionStatement, PipeExpression, ProjectOperator, QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL807",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def evidence_columns_dropped(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a rule or a hunting query whose last `project` drops the time of the events.

    Whoever works on the alert can't tell when it happened, nor put it in order with what else did.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | project UserPrincipalName, IPAddress
        publish:
          hunting: true
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | project TimeGenerated, UserPrincipalName, IPAddress
        publish:
          hunting: true
    ```

    Where rows were grouped before, the time may be gone for a reason, and nothing is found.
    """
    publish = context.query.publish if context.query else None
    if publish is None or not (publish.hunting or publish.sentinel_rule is not None or publish.alert is not None):
        return
    last = root.statements[-1] if root.statements else None
    if not isinstance(last, ExpressionStatement) or not isinstance(last.expression, PipeExpression):
        return
    project = last.expression.operator
    if not isinstance(project, ProjectOperator) or context.bound.columns is None:
        return
    times = [column.name for column in context.bound.schema_before(project).columns if column.name in TIME_COLUMNS]
    if not times:
        return
    columns = list(lineage(context.bound))
    if any(not one.is_complete or any(source.column in TIME_COLUMNS for source in one.sources) for one in columns):
        return
    if any(surroundings.calls_in(one) & {"now", "ingestion_time"} for one in project.expressions):
        return
    yield context.finding(
        project.span,
        f"this `project` drops `{times[0]}`, so that nobody can tell when it happened",
        help=f"keep `{times[0]}`",
    )
