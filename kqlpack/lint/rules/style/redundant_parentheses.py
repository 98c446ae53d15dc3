"""redundant-parentheses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import ParenthesizedExpression, WhereOperator, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL403",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(ParenthesizedExpression,),
    fixes=Applicability.SAFE,
)
def redundant_parentheses(node: ParenthesizedExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find parentheses around parentheses, and around all that a `where` asks.

    ```kql bad
    SigninLogs
    | where (TimeGenerated > ago(1d) and ((ResultType == "0")))
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and (ResultType == "0")
    ```

    Parentheses around a query inside of an expression are left alone: there, a second pair may be needed. So are those
    of a template with branches, which may need them for other values.
    """
    above = surroundings.parent(node, context)
    is_double = isinstance(above, ParenthesizedExpression)
    if (
        above is not None
        and is_double
        and isinstance(surroundings.parent(above, context), ParenthesizedExpression | WhereOperator)
    ):
        return  # told where the first of them stands
    if not is_double and not isinstance(above, WhereOperator):
        return
    if context.query is not None and "{%" in context.query.text:
        return  # other values may put something beside them
    inner = unparenthesized(node)
    if context.bound.is_tabular(node) or context.bound.is_tabular(inner):
        return
    before, after = Span(node.start, inner.start), Span(inner.end, node.end)
    if surroundings.is_commented(before, context) or surroundings.is_commented(after, context):
        return
    # `where(x)` and `(x)and` hold no white space of their own.
    text = context.file.text
    left = " " if text[node.start - 1 : node.start].isalnum() else ""
    right = " " if text[node.end : node.end + 1].isalnum() else ""
    yield context.finding(
        Span(node.start, node.start + 1),
        "these parentheses stand around others" if is_double else "these parentheses stand around the whole condition",
        help="leave them out",
        fix=replacing("Leave them out", (before, left), (after, right)),
    )
