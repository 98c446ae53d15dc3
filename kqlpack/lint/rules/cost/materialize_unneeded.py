"""materialize-unneeded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import LetStatement, MaterializeExpression, PartitionOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import NameReference


@rule(
    code="KQL324",
    group=Group.COST,
    severity=Severity.INFO,
    on=(LetStatement,),
    fixes=Applicability.SAFE,
)
def materialize_unneeded(let: LetStatement, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `materialize()` whose result is read in one place only.

    It keeps rows in memory for a second reader, who isn't there, and what the one reader filters can't be pushed down
    to the table.

    ```kql bad
    let Failures = materialize(SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0");
    Failures
    | summarize count() by UserPrincipalName
    ```

    Write instead:

    ```kql good
    let Failures = SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0";
    Failures
    | summarize count() by UserPrincipalName
    ```

    Where the reader is a function, or runs for each partition, it may read several times, and nothing is found.
    """
    value = let.expression
    if not isinstance(value, MaterializeExpression):
        return
    uses = surroundings.uses(let, context)
    if len(uses) != 1 or surroundings.is_in_function(uses[0], context):
        return
    if any(isinstance(one, PartitionOperator) for one in surroundings.ancestors(uses[0], context)):
        return
    if _is_read_again(uses[0], context):
        return
    inner = value.expression
    parts = (Span(value.start, inner.start), Span(inner.end, value.end))
    is_free = not any(surroundings.is_commented(part, context) for part in parts)
    yield context.finding(
        Span(value.start, value.start + len("materialize")),
        f"`{let.name.name}` is read in one place only, so that `materialize` keeps rows for nobody",
        help="leave out `materialize`",
        related=[context.note(uses[0].span, "read here")],
        fix=replacing("Leave out `materialize`", *((part, "") for part in parts)) if is_free else None,
    )


def _is_read_again(use: NameReference, context: KqlContext) -> bool:
    """Tell whether the one reader belongs to a `let` that itself is read several times."""
    for one in surroundings.ancestors(use, context):
        if isinstance(one, LetStatement):
            readers = surroundings.uses(one, context)
            return len(readers) != 1 or _is_read_again(readers[0], context)
    return False
