"""suppression-without-reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic


@rule(
    code="KQL607",
    group=Group.PACK,
    severity=Severity.WARNING,
    on=(),
    reports=True,
)
def suppression_without_reason(_nothing: object, _context: object) -> Iterator[Diagnostic]:
    """Find a suppression that does not say why.

    A reason tells the next reader whether it still holds; without one, a suppression stays forever.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId // kqlpack: ignore[join-without-kind]
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    // kqlpack: ignore[join-without-kind] one sign-in per correlation id is enough here
    | join (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId
    ```
    """
    yield from ()  # `kqlpack.lint.suppress` reports it: only there is known what was suppressed
