"""duplicate-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL602",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    reports=True,
)
def duplicate_key(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a key that stands twice in one mapping.

    YAML readers keep one of the two and drop the other without a word; which one differs between readers.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    title: Sign-ins that failed
    queries:
      - id: failed
        title: Failed sign-ins
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
