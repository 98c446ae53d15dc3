"""needless-extend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    ExtendOperator,
    NamedExpression,
    NameReference,
    PipeExpression,
    ProjectOperator,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL408",
    group=Group.STYLE,
    severity=Severity.INFO,
    on=(PipeExpression,),
    fixes=Applicability.SAFE,
)
def needless_extend(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column that is made of itself: `extend IPAddress = IPAddress`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend IPAddress = IPAddress, User = UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend User = UserPrincipalName
    ```

    In a `project`, it is the longer way to write its name.
    """
    operator = pipe.operator
    if not isinstance(operator, ExtendOperator | ProjectOperator):
        return
    for index, one in enumerate(operator.expressions):
        if not isinstance(one, NamedExpression) or not _is_itself(one, context):
            continue
        name = one.name.name
        yield context.finding(
            one.span,
            f"`{name} = {name}` changes nothing",
            help=f"write `{name}`" if isinstance(operator, ProjectOperator) else "leave it out",
            fix=_fix(pipe, operator, index, context),
        )


def _is_itself(one: NamedExpression, context: KqlContext) -> bool:
    value = unparenthesized(one.expression)
    symbol = context.bound.symbol_of(value) if isinstance(value, NameReference) else None
    return symbol is not None and symbol.kind is SymbolKind.COLUMN and symbol.name == one.name.name


def _fix(
    pipe: PipeExpression, operator: ExtendOperator | ProjectOperator, index: int, context: KqlContext
) -> Fix | None:
    items = operator.expressions
    one = items[index]
    assert isinstance(one, NamedExpression)  # noqa: S101 - the caller asked
    if isinstance(operator, ProjectOperator):
        return replacing("Write its name", (one.span, context.text(unparenthesized(one.expression))))
    if len(items) == 1:
        edit = surroundings.without_step(pipe, context)
        return replacing("Leave it out", edit) if edit else None
    span = Span(one.start, items[1].start) if index == 0 else Span(items[index - 1].end, one.end)
    return None if surroundings.is_commented(span, context) else replacing("Leave it out", (span, ""))
