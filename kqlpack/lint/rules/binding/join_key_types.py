"""join-key-types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL132",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def join_key_types(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a join whose keys are of different types, or dynamic.

    The query fails as a whole: no key equals one of another type. An int and a long are equal.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=inner (SecurityEvent | where TimeGenerated > ago(1d)) on $left.ResultType == $right.EventID
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Code = toint(ResultType)
    | join kind=inner (SecurityEvent | where TimeGenerated > ago(1d)) on $left.Code == $right.EventID
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
