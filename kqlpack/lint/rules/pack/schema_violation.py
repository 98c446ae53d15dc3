"""schema-violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL601",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    fixes=Applicability.SAFE,
    reports=True,
)
def schema_violation(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find keys and values that the pack format does not have.

    What is misspelt would otherwise be ignored in silence: a query without its time span, a test that expects nothing.
    The message says what may stand there, and what was probably meant.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        titel: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
    yield from (found for found in pack.diagnostics if found.rule == context.rule.slug)
