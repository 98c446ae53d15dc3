"""tables-mismatch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, QueryBlock, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.pack.document import ScalarNode

_KEY: Final = "requiredDataConnectors"


@rule(code="KQL643", group=Group.PACK, severity=Severity.WARNING, on=(QueryBlock,))
def tables_mismatch(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a table that a rule of Microsoft Sentinel asks connectors for, and that its query does not read.

    `requiredDataConnectors` tells people what to connect before the rule can find anything. A `dataTypes` entry that is
    a table, and is not read, sends them after logs that the rule does not use; most often the query moved to another
    table, and the entry stayed.

    ```yaml
    requiredDataConnectors:
      - connectorId: AzureActiveDirectory
        dataTypes: [AuditLogs]        # the query reads SigninLogs only
    query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    Where the query calls a function or reads a table that nobody knows, it may read anything, and nothing is found.
    """
    query, bound = context.query, context.bound
    if query is None or query.node is None or query.is_template or _KEY not in query.node.entries:
        return
    read = set(bound.tables)
    if not read or any(bound.catalog.table(name) is None for name in read) or _calls_unknown(root, context):
        return
    for node in _data_types(context):
        name = node.text.split("(", 1)[0].strip()
        if name in read or bound.catalog.table(name) is None:
            continue
        listed = ", ".join(f"`{table}`" for table in bound.tables)
        found = context.finding(
            root.span,
            f"`{name}` is asked for and not read: the query reads {listed}, and people connect what it does not need",
            help="take it out, or name the table that is read",
        )
        yield replace(found, primary=Annotation(node.file, node.span))


def _calls_unknown(root: QueryBlock, context: KqlContext) -> bool:
    """Tell whether a call may read tables that the query does not name: functions of a workspace, ASIM's parsers."""
    for node in walk(root):
        if isinstance(node, FunctionCall):
            symbol = context.bound.symbol_of(node.name)
            if symbol is None or context.bound.catalog.asim_table(node.name.name) is not None:
                return True
    return False


def _data_types(context: KqlContext) -> Iterator[ScalarNode]:
    from kqlpack.pack.document import MappingNode, ScalarNode, SequenceNode

    connectors = context.query.node.get(_KEY) if context.query and context.query.node else None
    for connector in connectors.items if isinstance(connectors, SequenceNode) else ():
        types = connector.get("dataTypes") if isinstance(connector, MappingNode) else None
        for one in types.items if isinstance(types, SequenceNode) else ():
            if isinstance(one, ScalarNode):
                yield one
