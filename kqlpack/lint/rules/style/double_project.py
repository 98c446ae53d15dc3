"""double-project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import NameReference, PipeExpression, ProjectOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL404",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def double_project(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `project` right behind another one that only named columns.

    The second chooses anew from what the first has chosen, so the first says nothing.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project TimeGenerated, UserPrincipalName, IPAddress
    | project TimeGenerated, UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project TimeGenerated, UserPrincipalName
    ```

    A first `project` that computes or renames is left alone.
    """
    second, first = pipe.operator, surroundings.before(pipe)
    if not isinstance(second, ProjectOperator) or not isinstance(first, ProjectOperator):
        return
    if not all(isinstance(one, NameReference) for one in first.expressions):
        return
    named = {one.name for one in first.expressions if isinstance(one, NameReference)}
    used = frozenset[str]().union(*(surroundings.columns_named(one, context) for one in second.expressions))
    if not used <= named or not isinstance(pipe.expression, PipeExpression):
        return
    edit = surroundings.without_step(pipe.expression, context)
    yield context.finding(
        Span(first.start, first.start + len("project")),
        "the next `project` chooses anew, so this one says nothing",
        help="leave it out",
        related=[context.note(Span(second.start, second.start + len("project")), "the next one")],
        fix=replacing("Leave out the first `project`", edit) if edit else None,
    )
