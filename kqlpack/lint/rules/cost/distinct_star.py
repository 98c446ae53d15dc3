"""distinct-star."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import DistinctOperator, Star

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_NARROW = 10


@rule(
    code="KQL326",
    group=Group.COST,
    severity=Severity.INFO,
    on=(DistinctOperator,),
)
def distinct_star(node: DistinctOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find `distinct *` over the columns of a whole table.

    It compares rows in all their columns, each of which holds every text of the table in memory; with a time in it,
    hardly two rows are ever equal.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | distinct *
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | distinct UserPrincipalName, IPAddress
    ```

    Behind a `project` or `summarize` of a few columns it is left alone.
    """
    schema = context.bound.schema_before(node)
    if len(schema.columns) <= _NARROW:
        return
    for star in node.expressions:
        if isinstance(star, Star):
            yield context.finding(
                star.span,
                f"`distinct *` compares rows in all of their {len(schema.columns)} columns"
                + (" and those that nobody knows" if schema.is_open else ""),
                help="name the columns that tell rows apart",
            )
