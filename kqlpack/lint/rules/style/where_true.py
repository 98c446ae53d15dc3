"""where-true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import Literal, PipeExpression, WhereOperator, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL406",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def where_true(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `where` that asks for nothing: `where true`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where true
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    In a template, some values may put more behind it, so there nothing is found.
    """
    operator = pipe.operator
    predicate = unparenthesized(operator.predicate) if isinstance(operator, WhereOperator) else None
    if not isinstance(predicate, Literal) or predicate.kind != "bool" or predicate.text.lower() != "true":
        return
    if context.query is not None and ("{%" in context.query.text or "{{" in context.query.text):
        return
    edit = surroundings.without_step(pipe, context)
    yield context.finding(
        operator.span,
        "`where true` lets every row through",
        help="leave it out",
        fix=replacing("Leave it out", edit) if edit else None,
    )
