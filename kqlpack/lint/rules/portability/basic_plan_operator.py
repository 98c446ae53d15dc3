"""basic-plan-operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    ExternalData,
    FindOperator,
    FunctionCall,
    JoinOperator,
    Node,
    QueryBlock,
    SearchOperator,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# Functions that read another workspace, resource or service.
_ELSEWHERE = frozenset({"workspace", "app", "resource", "adx", "arg", "cluster"})


@rule(
    code="KQL790",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(QueryBlock,),
)
def basic_plan_operator(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find what a query can't do with a table of the plan Basic or Auxiliary.

    Such a query reads one table of that plan, in its own workspace, without `join`, `find`, `search` and
    `externaldata`; `lookup` and `union` take tables of the plan Analytics beside it. The service refuses anything else.
    Which plan a table has is said by a pack under `tables:`, or by a workspace's profile (`lint --profile FILE`).

    ```yaml bad
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {plan: basic, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        timespan: P1D
        query: |
          Requests_CL
          | join kind=inner (SigninLogs | where TimeGenerated > ago(1d)) on $left.User == $right.UserPrincipalName
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: app
    version: 1.0.0
    title: Our application
    tables:
      Requests_CL: {plan: basic, columns: {TimeGenerated: datetime, User: string}}
    queries:
      - id: users
        title: Users
        timespan: P1D
        query: |
          Requests_CL
          | lookup (SigninLogs | where TimeGenerated > ago(1d)) on $left.User == $right.UserPrincipalName
    ```

    Source: Azure Monitor, "Query data in a Basic and Auxiliary table".
    """
    profile = context.bound.catalog.profile
    if profile is None:
        return
    reads = [
        (read.node, table)
        for read in time_bounds(context.bound).reads
        if (table := profile.tables.get(read.table)) is not None and table.is_scanned
    ]
    if not reads:
        return
    first, table = reads[0]
    said = context.note(first.span, f"`{table.name}` has the plan {table.plan}")
    for read, other in reads[1:]:
        if other.name != table.name:
            message = (
                f"`{other.name}` has the plan {other.plan}, and a query reads one such table, so this one is refused"
            )
            yield context.finding(read.span, message, help="make two queries of it", related=(said,))
    for node in walk(root):
        what = _refused(node)
        if what:
            yield context.finding(
                _place(node, context),
                f"{what} can't be used with a table of the plan {table.plan}, so the service refuses the query",
                help="write `lookup`, or give the table the plan Analytics"
                if isinstance(node, JoinOperator)
                else "read the table alone, or give it the plan Analytics",
                related=(said,),
            )


def _place(node: Node, context: KqlContext) -> Span:
    """Return the operator's own word, not all that belongs to it."""
    word = context.text(node).split(maxsplit=1)[0].split("(")[0]
    return Span(node.start, node.start + len(word))


def _refused(node: Node) -> str:
    match node:
        case JoinOperator():
            return "`join`"
        case FindOperator():
            return "`find`"
        case SearchOperator():
            return "`search`"
        case ExternalData():
            return "`externaldata`"
        case FunctionCall() if node.name.name in _ELSEWHERE:
            return f"`{node.name.name}()`, which reads elsewhere,"
    return ""
