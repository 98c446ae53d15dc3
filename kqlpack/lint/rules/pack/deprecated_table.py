"""deprecated-table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import NameReference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(code="KQL638", group=Group.PACK, severity=Severity.WARNING, on=(NameReference,))
def deprecated_table(name: NameReference, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a table that is retired, or will be.

    Such a query fails nowhere: the table stays, gets no new rows, and the query finds less from day to day. A table
    that is to be retired is a hint only. A query that reads the successor as well is left alone.

    ```kql bad
    ThreatIntelligenceIndicator
    | where TimeGenerated > ago(14d)
    | summarize arg_max(TimeGenerated, *) by IndicatorId
    ```

    Write instead:

    ```kql good
    ThreatIntelIndicators
    | where TimeGenerated > ago(14d)
    | summarize arg_max(TimeGenerated, *) by Id
    ```

    There is no fix: the successor has other columns.
    """
    symbol = context.bound.symbol_of(name)
    if symbol is None or symbol.kind is not SymbolKind.TABLE or symbol.table is None:
        return
    # What the pack declares is its own table, whatever the name.
    if context.pack is not None and name.name in context.pack.tables:
        return
    facts = context.bound.catalog.table_facts(name.name)
    found = facts.deprecated if facts else None
    if found is None or found.state not in {"retired", "retiring"}:
        return
    if any(table in context.bound.tables for table in found.replacements):
        return
    others = " or ".join(f"`{table}`" for table in found.replacements)
    if found.state == "retired":
        since = f" since {found.date}" if found.date else ""
        message = f"`{name.name}` is retired{since}, so that the query finds older and older rows, or none"
    else:
        on = f" on {found.date}" if found.date else ""
        message = f"`{name.name}` is to be retired{on}, and the query finds nothing new from then on"
    yield context.finding(
        name.span,
        message,
        help=f"read {others} instead, whose columns differ" if others else "read where the service writes today",
        severity=None if found.state == "retired" else Severity.INFO,
    )
