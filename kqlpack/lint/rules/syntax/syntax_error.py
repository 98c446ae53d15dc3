"""syntax-error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL001",
    group=Group.SYNTAX,
    severity=Severity.ERROR,
    on=(QueryBlock,),
    fixes=Applicability.SAFE,
    reports=True,
)
def syntax_error(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find text that KQL can't read.

    The service refuses the whole query. Where the slip is a habit from another language (`&&`, `<>` with a missing
    operand, `not in`), the message names KQL's own word for it, and the fix writes that.

    While a query has a syntax error, nothing else is said about it but names that are certainly unknown: what the rest
    means can't be told.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) && ResultType == "0"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "0"
    ```
    """
    yield from (found for found in context.bound.diagnostics if found.rule == context.rule.slug)
