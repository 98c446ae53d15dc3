"""invalid-yaml."""

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
    code="KQL600",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Pack,),
    reports=True,
)
def invalid_yaml(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a file that is not YAML.

    Nothing of the file can be read. Also found: a second document in one file, tags and aliases that a pack has no use
    for, keys that are not text.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    description: "What {is} missing here
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
    description: "What {is} missing here"
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
    yield from (found for found in pack.diagnostics if found.rule == context.rule.slug)
