"""wrong-arguments."""

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
    code="KQL104",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    reports=True,
)
def wrong_arguments(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a call with too few or too many arguments, or with one of a type that the function does not take.

    The query fails as a whole. Where KQL converts by itself, nothing is said: a long where a real is asked for, a
    dynamic value where text is. What functions a query declares are checked for the number of their arguments, which
    KQL converts.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and array_length(AuthenticationDetails) > 1
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and array_length(parse_json(AuthenticationDetails)) > 1
    ```

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Result = case(ResultType == "0", "ok", ResultType == "50126", "wrong password")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend Result = case(ResultType == "0", "ok", ResultType == "50126", "wrong password", "other")
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
