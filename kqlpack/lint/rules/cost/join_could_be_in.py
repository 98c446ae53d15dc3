"""join-could-be-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import filters, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import BinaryExpression, JoinOperator, NameReference, PathExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


_OPERATORS = {
    "leftsemi": "in",
    "leftanti": "!in",
    "leftantisemi": "!in",
    "anti": "!in",
}


@rule(
    code="KQL325",
    group=Group.COST,
    severity=Severity.INFO,
    on=(JoinOperator,),
    fixes=Applicability.UNSAFE,
    opt_in=True,
)
def join_could_be_in(node: JoinOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a join on one column that only keeps, or drops, rows of the left side.

    `in` and `!in` do the same with a list of values, which is looked up where the rows are read; a join moves both
    sides first.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=leftanti (AADRiskyUsers | where TimeGenerated > ago(1d)) on UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where UserPrincipalName !in (AADRiskyUsers | where TimeGenerated > ago(1d) | distinct UserPrincipalName)
    ```

    The fix is unsafe: a list holds a million values at most, and a join more.
    """
    operator = _OPERATORS.get(filters.kind_of_join(node))
    if operator is None or len(node.conditions) != 1:
        return
    keys = _keys(node.conditions[0])
    if keys is None or context.bound.type_of(node.conditions[0]) is ScalarType.DYNAMIC:
        return
    left, right = keys
    schema = context.bound.schema_before(node)
    column = schema.column(left)
    if column is None or column.type is not ScalarType.STRING:
        return
    source = node.right
    text = context.text(source)
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    is_free = not surroundings.is_commented(node.span, context)
    written = f"where {left} {operator} ({inner.strip()} | distinct {right})"
    yield context.finding(
        Span(node.start, node.start + len("join")),
        f"this join only {'keeps' if operator == 'in' else 'drops'} rows by `{left}`, which `{operator}` does without "
        "moving both sides",
        help=f"write `where {left} {operator} (... | distinct {right})`",
        fix=replacing(f"Write `{operator}`", (node.span, written), applicability=Applicability.UNSAFE)
        if is_free and left.isidentifier() and right.isidentifier()
        else None,
    )


def _keys(condition: Node) -> tuple[str, str] | None:
    if isinstance(condition, NameReference):
        return condition.name, condition.name
    if not isinstance(condition, BinaryExpression) or condition.operator != "==":
        return None
    sides: dict[str, str] = {}
    for side in (condition.left, condition.right):
        if not isinstance(side, PathExpression) or not isinstance(side.expression, NameReference):
            return None
        if isinstance(side.selector, NameReference):
            sides[side.expression.name] = side.selector.name
    return (sides["$left"], sides["$right"]) if sides.keys() == {"$left", "$right"} else None
