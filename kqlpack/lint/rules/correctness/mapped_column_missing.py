"""mapped-column-missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint import metadata, schedules
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_SHOWN: Final = 8


@rule(code="KQL237", group=Group.CORRECTNESS, severity=Severity.ERROR, on=(QueryBlock,))
def mapped_column_missing(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column that an entity or an alert reads, and that the query's result does not have.

    The incident then comes without the account or the address that it is about, its title with a hole, and playbooks
    that start from entities do nothing. Most often a `project` or a `summarize` was changed, and the mapping stayed.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | summarize Attempts = count() by UserPrincipalName
        entities:
          - {type: IP, fields: {Address: IPAddress}}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | summarize Attempts = count() by UserPrincipalName, IPAddress
        entities:
          - {type: IP, fields: {Address: IPAddress}}
    ```

    Read are `entities`, `custom_details`, `alert_details`, `measure_column`, `resource_id_column` and `dimensions`, and
    the keys of Microsoft Sentinel's own files. Where the result can't be told completely, nothing is found.
    """
    query, columns = context.query, context.bound.columns
    if query is None or columns is None:
        return
    names = [column.name for column in columns]
    for one in schedules.promised(query):
        if one.column in names:
            continue
        listed = ", ".join(f"`{name}`" for name in names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        found = context.finding(
            root.span,
            f"the query yields no column `{one.column}`, so that {one.purpose} stays empty",
            help=metadata.meant(one.column, names) or f"it yields {listed}",
        )
        yield replace(found, primary=Annotation(one.node.file, one.node.span))
