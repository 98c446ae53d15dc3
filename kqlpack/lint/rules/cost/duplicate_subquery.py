"""duplicate-subquery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import PipeExpression, QueryBlock, TabularOperator, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


_FEWEST_STEPS = 3
_SHORTEST = 100
# A pipe that a program wrote may be so long that its beginnings are too many to compare.
_MOST_STEPS = 40


@rule(
    code="KQL330",
    group=Group.COST,
    severity=Severity.INFO,
    on=(QueryBlock,),
)
def duplicate_subquery(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a pipe of three steps and more that stands twice in a query.

    What is written twice runs twice, and is mended once: a `let` gives it a name, and `materialize()` keeps the result.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where UserPrincipalName in (
        (AADRiskyUsers | where TimeGenerated > ago(7d) | where RiskLevel == "high" | distinct UserPrincipalName)
      )
    | union (
        AADNonInteractiveUserSignInLogs
        | where TimeGenerated > ago(1d)
        | where UserPrincipalName in (
            (AADRiskyUsers | where TimeGenerated > ago(7d) | where RiskLevel == "high" | distinct UserPrincipalName)
          )
      )
    ```

    Write instead:

    ```kql good
    let Risky = AADRiskyUsers | where TimeGenerated > ago(7d) | where RiskLevel == "high" | distinct UserPrincipalName;
    union SigninLogs, AADNonInteractiveUserSignInLogs
    | where TimeGenerated > ago(1d)
    | where UserPrincipalName in (Risky)
    ```
    """
    seen: dict[str, PipeExpression] = {}
    told_until = 0
    for node in walk(root):
        if not isinstance(node, PipeExpression) or isinstance(_head(node), TabularOperator):
            continue
        if not _FEWEST_STEPS <= len(surroundings.pipes(node)) <= _MOST_STEPS or node.end - node.start < _SHORTEST:
            continue
        first = seen.setdefault(surroundings.normal(node, context), node)
        if first is node or node.start < told_until:
            continue
        told_until = node.end
        yield context.finding(
            node.span,
            f"these {len(surroundings.pipes(node))} steps stand in the query already, so that they run twice",
            help="give them a name by `let`, and name it in both places",
            related=[context.note(first.span, "the first time")],
        )


def _head(pipe: PipeExpression) -> Node:
    return surroundings.pipes(pipe)[-1].expression
