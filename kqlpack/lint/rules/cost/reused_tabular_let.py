"""reused-tabular-let."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    DistinctOperator,
    EvaluateOperator,
    ExternalData,
    FunctionDeclaration,
    JoinOperator,
    LetStatement,
    MakeSeriesOperator,
    MaterializeExpression,
    PipeExpression,
    SummarizeOperator,
    TopNestedOperator,
    unparenthesized,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


# What has to read all rows before it yields the first.
_HEAVY = (
    DistinctOperator,
    EvaluateOperator,
    ExternalData,
    JoinOperator,
    MakeSeriesOperator,
    SummarizeOperator,
    TopNestedOperator,
)


@rule(
    code="KQL323",
    group=Group.COST,
    severity=Severity.INFO,
    on=(LetStatement,),
    fixes=Applicability.SAFE,
)
def reused_tabular_let(let: LetStatement, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `let` that groups, joins or fetches rows and is read in several places.

    A `let` is a name for a text, not for its result: each place that names it runs it again. `materialize()` runs it
    once and keeps the result for the query's time.

    ```kql bad
    let Failures = SigninLogs
        | where TimeGenerated > ago(1d) and ResultType != "0"
        | summarize Count = count() by UserPrincipalName, IPAddress;
    Failures
    | where Count > 10
    | join kind=inner (Failures | where Count == 1) on IPAddress
    ```

    Write instead:

    ```kql good
    let Failures = materialize(SigninLogs
        | where TimeGenerated > ago(1d) and ResultType != "0"
        | summarize Count = count() by UserPrincipalName, IPAddress);
    Failures
    | where Count > 10
    | join kind=inner (Failures | where Count == 1) on IPAddress
    ```

    A `let` that only filters is left alone: its readers may narrow it further, which is often cheaper than to keep it.
    """
    value = unparenthesized(let.expression)
    if isinstance(value, FunctionDeclaration | MaterializeExpression) or not context.bound.is_tabular(let.expression):
        return
    if not isinstance(value, PipeExpression | ExternalData) or surroundings.is_in_function(let, context):
        return
    uses = surroundings.uses(let, context)
    parts: list[Node] = [value]
    if isinstance(value, PipeExpression):
        steps = surroundings.pipes(value)
        parts += [steps[-1].expression, *(step.operator for step in steps)]
    if len(uses) < 2 or not any(isinstance(one, _HEAVY) for one in parts):
        return
    if any(isinstance(node, MaterializeExpression) for node in walk(value)) and not _groups_again(parts):
        return
    if not surroundings.is_row_by_row(value):
        return  # each reader has its own dice
    start, end = let.expression.start, let.expression.end
    yield context.finding(
        let.name.span,
        f"`{let.name.name}` is read in {len(uses)} places, and each of them computes it anew",
        help=f"write `let {let.name.name} = materialize(...)`, which computes it once",
        related=[context.note(use.span, "read here") for use in uses[:3]],
        fix=replacing("Write `materialize()`", (Span(start, start), "materialize("), (Span(end, end), ")")),
    )


def _groups_again(steps: list[Node]) -> bool:
    return any(isinstance(one, SummarizeOperator | MakeSeriesOperator | JoinOperator) for one in steps)
