"""redundant-parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.syntax.nodes import FunctionCall, NameReference, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.catalog import Table
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_MAKES = {
    "parse_json": ScalarType.DYNAMIC,
    "todynamic": ScalarType.DYNAMIC,
    "tostring": ScalarType.STRING,
    "toint": ScalarType.INT,
    "tolong": ScalarType.LONG,
    "toreal": ScalarType.REAL,
    "todouble": ScalarType.REAL,
    "tobool": ScalarType.BOOL,
    "todatetime": ScalarType.DATETIME,
    "totimespan": ScalarType.TIMESPAN,
}


@rule(
    code="KQL319",
    group=Group.COST,
    severity=Severity.INFO,
    on=(FunctionCall,),
    fixes=Applicability.SAFE,
)
def redundant_parse(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a conversion of a table's column to the type that it has.

    `parse_json()` of a dynamic column and `tostring()` of a string return what they are given. They hide which columns
    do need it, and a filter on the result can't use the index.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where tostring(ResultType) == "0"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where ResultType == "0"
    ```

    Read are the types of columns that come from a known table unchanged. Columns that may be guids, which a catalogue
    lists as strings, are left alone, and so are Defender's tables where no `dialect` says that the query runs in a
    workspace: Defender has text where the workspace has `dynamic`.
    """
    kind = _MAKES.get(node.name.name)
    if kind is None or len(node.arguments) != 1 or not operands.calls(node, context, _MAKES):
        return
    argument = unparenthesized(node.arguments[0])
    symbol = context.bound.symbol_of(argument) if isinstance(argument, NameReference) else None
    if symbol is None or symbol.kind is not SymbolKind.COLUMN or symbol.table is None or symbol.type is not kind:
        return
    if symbol.table.is_open or (context.pack is not None and symbol.table.name in context.pack.tables):
        return
    if _may_be_defenders(symbol.table, context):
        return
    if kind is ScalarType.STRING and operands.may_be_guid(symbol, context):
        return
    keeps = surroundings.keeps_its_name(node, context)
    yield context.finding(
        node.span,
        f"`{symbol.name}` of `{symbol.table.name}` is `{kind.value}` already, so `{node.name.name}()` does nothing",
        help=f"write `{symbol.name}`",
        fix=replacing(f"Leave out `{node.name.name}`", (node.span, context.text(argument))) if keeps else None,
    )


def _may_be_defenders(table: Table, context: KqlContext) -> bool:
    """Tell whether the query may be meant for Defender, whose tables hold as text what is dynamic in a workspace."""
    if context.bound.catalog.is_dialect_chosen:
        return False
    return any(column.name == "Timestamp" for column in table.columns)
