"""join-without-kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import JoinOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL201",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(JoinOperator,),
    fixes=Applicability.SAFE,
)
def join_without_kind(node: JoinOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `join` that does not say which kind it is.

    KQL's own choice is `innerunique`: of the rows on the left that share a key, it keeps any one and drops the others.
    Whoever knows `JOIN` from SQL expects `inner`, and loses evidence without noticing.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    Write the kind that is meant:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```

    The fix writes `kind=innerunique`, which changes nothing and makes the choice visible.
    """
    if any(parameter.name.name.lower() == "kind" for parameter in node.parameters):
        return
    keyword = Span(node.start, node.start + len("join"))
    after = context.file.text[keyword.end : keyword.end + 1]
    yield context.finding(
        keyword,
        "`join` without `kind` is `innerunique`: of the left rows that share a key, it keeps one and drops the rest",
        help="write `join kind=inner` for every pair of rows, or `join kind=innerunique` if one per key is meant",
        fix=replacing(
            "Write `kind=innerunique`, which is what it does now",
            (Span(keyword.end, keyword.end), " kind=innerunique" + ("" if after.isspace() else " ")),
        ),
    )
