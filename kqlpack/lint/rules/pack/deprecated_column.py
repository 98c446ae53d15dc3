"""deprecated-column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import NameReference, QueryBlock, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(code="KQL639", group=Group.PACK, severity=Severity.WARNING, on=(QueryBlock,))
def deprecated_column(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a column that is still there and no longer filled.

    The query runs, and a filter on such a column keeps nothing. Each column is told where the query first names it.

    ```kql bad
    AzureActivity
    | where TimeGenerated > ago(1d)
    | where OperationName == "Create role assignment"
    ```

    Write instead:

    ```kql good
    AzureActivity
    | where TimeGenerated > ago(1d)
    | where OperationNameValue =~ "Microsoft.Authorization/roleAssignments/write"
    ```

    There is no fix: the new column holds other values. Where both are read (`coalesce`, `column_ifexists`, or the new
    one beside the old one), the query knows, and nothing is found.
    """
    columns: dict[tuple[str, str], NameReference] = {}
    for node in walk(root):
        symbol = context.bound.symbol_of(node) if isinstance(node, NameReference) else None
        if symbol is None or symbol.kind is not SymbolKind.COLUMN or symbol.table is None:
            continue
        assert isinstance(node, NameReference)  # noqa: S101 - only those have symbols here
        columns.setdefault((symbol.table.name, symbol.name), node)
    for (table, column), node in columns.items():
        if context.pack is not None and table in context.pack.tables:
            continue
        facts = context.bound.catalog.column_facts(table, column)
        found = facts.deprecated if facts else None
        if found is None or found.state != "deprecated":
            continue
        if any((table, other) in columns for other in found.replacements):
            continue
        others = " or ".join(f"`{other}`" for other in found.replacements)
        yield context.finding(
            node.span,
            f"`{column}` of `{table}` is deprecated and no longer filled, so that it tells nothing of new rows",
            help=f"read {others}, and look at its values: they are others" if others else "leave it out",
        )
