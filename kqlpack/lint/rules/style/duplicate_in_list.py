"""duplicate-in-list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_FREE = frozenset({"in~", "!in~", "has_any", "has_all"})


@rule(
    code="KQL407",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(InExpression,),
    fixes=Applicability.SAFE,
)
def duplicate_in_list(node: InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a text that stands twice in one list.

    The second changes nothing; often it was meant to be another one.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType in ("50053", "50126", "50053")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType in ("50053", "50126")
    ```

    Where the operator takes no notice of case, texts that differ in it are the same.
    """
    seen: dict[str, StringLiteral] = {}
    previous = None
    for item in node.right:
        literal = unparenthesized(item)
        if isinstance(literal, StringLiteral) and operands.is_written(literal, context):
            is_folded = node.operator in _FREE and literal.value.isascii()
            first = seen.setdefault(literal.value.lower() if is_folded else literal.value, literal)
            if first is not literal and previous is not None:
                between = Span(previous.end, item.end)
                text = operands.shown(context.text(literal))
                yield context.finding(
                    literal.span,
                    f"{text} stands in this list already",
                    help="leave it out, or write what was meant",
                    related=[context.note(first.span, "the first time")],
                    fix=replacing("Leave it out", (between, ""))
                    if "//" not in context.file.text[between.start : item.start]
                    else None,
                )
        previous = item
