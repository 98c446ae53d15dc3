"""unused-suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic


@rule(
    code="KQL608",
    group=Group.PACK,
    severity=Severity.WARNING,
    on=(),
    fixes=Applicability.SAFE,
    reports=True,
)
def unused_suppression(_nothing: object, _context: object) -> Iterator[Diagnostic]:
    """Find a suppression of something that is not found there, or of a rule that does not exist.

    It does nothing now, and may hide a finding later.

    ```kql bad
    SigninLogs // kqlpack: ignore[join-without-kind] one per correlation id is enough
    | where TimeGenerated > ago(1d)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    ```

    The fix removes the comment, or the names in it that are not needed.
    """
    yield from ()  # `kqlpack.lint.suppress` reports it: only there is known what was suppressed
