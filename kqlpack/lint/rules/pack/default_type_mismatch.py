"""default-type-mismatch."""

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
    code="KQL604",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    reports=True,
)
def default_type_mismatch(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a value that its parameter's declaration does not allow.

    Defaults, `allowed`, `examples`, limits and the values that tests give are all read by the parameter's type and held
    against its limits, so that no caller meets a value that can't be used.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: yesterday}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```
    """
    yield from (found for found in pack.diagnostics if found.rule == context.rule.slug)
