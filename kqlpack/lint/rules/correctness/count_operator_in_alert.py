"""count-operator-in-alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import ExpressionStatement, PipeExpression, QueryBlock, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


@rule(code="KQL240", group=Group.CORRECTNESS, severity=Severity.ERROR, on=(QueryBlock,))
def count_operator_in_alert(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a rule whose query yields one row in any case, because it ends by counting.

    A rule looks at how many rows there are. `count`, and `summarize` without `by`, yield one row even where nothing was
    found, and it says 0: the rule fires at every run, or never.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1h) and ResultType != "0" | count
        publish:
          sentinel_rule:
            kind: scheduled
            frequency: PT1H
            period: PT1H
            trigger: {operator: GreaterThan, threshold: 0}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1h) and ResultType != "0"
        publish:
          sentinel_rule:
            kind: scheduled
            frequency: PT1H
            period: PT1H
            trigger: {operator: GreaterThan, threshold: 0}
    ```

    An alert that measures a column (`measure_column`) is left alone.
    """
    publish = context.query.publish if context.query else None
    if publish is None:
        return
    if publish.sentinel_rule is None and (publish.alert is None or publish.alert.get("measure_column")):
        return
    last = next((one for one in reversed(root.statements) if isinstance(one, ExpressionStatement)), None)
    operator = _last_operator(last.expression) if last is not None else None
    if isinstance(operator, nodes.CountOperator):
        what = "`count`"
    elif isinstance(operator, nodes.SummarizeOperator) and not operator.by and operator.bin is None:
        what = "`summarize` without `by`"
    else:
        return
    yield context.finding(
        operator.span,
        f"{what} yields one row even where nothing was found, so that the rule fires at every run, or never",
        help="take it out, so that the rule counts the rows itself, or add `| where` with the threshold behind it",
    )


def _last_operator(node: Node) -> Node | None:
    node = unparenthesized(node)
    while isinstance(node, PipeExpression):
        if not isinstance(node.operator, nodes.ExtendOperator | nodes.ProjectOperator | nodes.SortOperator):
            return node.operator
        node = unparenthesized(node.expression)
    return None
