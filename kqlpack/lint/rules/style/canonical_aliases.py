"""canonical-aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, SortOperator, TakeOperator, WhereOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# The name under which the Kusto documentation has a page; its page says that the other is an alias.
_OPERATORS = {"order": "sort", "limit": "take", "filter": "where"}
_FUNCTIONS = {"iif": "iff", "todynamic": "parse_json"}


@rule(
    code="KQL401",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(SortOperator, TakeOperator, WhereOperator, FunctionCall, BinaryExpression),
    fixes=Applicability.SAFE,
    opt_in=True,
)
def canonical_aliases(
    node: SortOperator | TakeOperator | WhereOperator | FunctionCall | BinaryExpression, context: KqlContext
) -> Iterator[Diagnostic]:
    """Find second names: `limit` for `take`, `order by` for `sort by`, `iif` for `iff`, `<>` for `!=`.

    They mean the same. A collection that uses one of them throughout is easier to search and to read.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | order by TimeGenerated desc
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | sort by TimeGenerated desc
    ```

    The rule runs where it is asked for. Names that are deprecated are told by deprecated-function.
    """
    if isinstance(node, FunctionCall):
        old = node.name.name
        if not operands.calls(node, context, _FUNCTIONS) or not node.arguments:
            return
        span, new = node.name.span, _FUNCTIONS[old]
    elif isinstance(node, BinaryExpression):
        if node.operator != "<>":
            return
        span, old, new = node.operator_span, "<>", "!="
    else:
        old = node.keyword
        if old not in _OPERATORS:
            return
        span, new = Span(node.start, node.start + len(old)), _OPERATORS[old]
    is_free = not isinstance(node, FunctionCall) or surroundings.keeps_its_name(node, context)
    yield context.finding(
        span,
        f"`{old}` is a second name of `{new}`",
        help=f"write `{new}`",
        fix=replacing(f"Write `{new}`", (span, new)) if is_free else None,
    )
