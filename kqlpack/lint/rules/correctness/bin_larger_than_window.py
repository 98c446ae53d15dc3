"""bin-larger-than-window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.semantics.time_intervals import intervals
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import FunctionCall, NamedExpression, PipeExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.values import Timespan

_BINS: Final = frozenset({"bin", "floor"})


@rule(
    code="KQL234",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def bin_larger_than_window(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find steps of time that are longer than the time that is read.

    `bin(TimeGenerated, 1d)` cuts at midnight. Of six hours it makes one day, or two parts of days, neither of which
    is a day's worth.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(6h)
    | summarize Attempts = count() by bin(TimeGenerated, 1d)
    ```

    Write a step that fits several times, or read more:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(6h)
    | summarize Attempts = count() by bin(TimeGenerated, 1h)
    ```
    """
    operator = pipe.operator
    if not isinstance(operator, nodes.SummarizeOperator):
        return
    for key in operator.by or ():
        value = unparenthesized(key.expression if isinstance(key, NamedExpression) else key)
        if (
            not isinstance(value, FunctionCall)
            or not operands.calls(value, context, _BINS)
            or len(value.arguments) != 2
        ):
            continue
        symbol, step = predicates.column(value.arguments[0], context), points.point(value.arguments[1], context.bound)
        if symbol is None or step is None or step.line != points.SPAN:
            continue
        window = _window(pipe, symbol.name, context)
        if window is not None and step.value > window.ticks:
            yield context.finding(
                value.span,
                f"steps of `{context.text(value.arguments[1])}` are longer than the time that is read, so that each "
                "holds a part of what its name says",
                help="write a shorter step, or read more",
            )


def _window(pipe: PipeExpression, column: str, context: KqlContext) -> Timespan | None:
    """Return how far back from now a column is read, where filters right before say so."""
    for operator in predicates.operators_before(pipe):
        if isinstance(operator, nodes.WhereOperator):
            found = intervals(context.bound, operator.predicate).get(column)
            lookback = found.lookback() if found is not None else None
            if lookback is not None:
                return lookback
        elif not isinstance(operator, nodes.SortOperator):
            return None
    return None
