"""filter-on-computed-column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import Origin, SymbolKind
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    InExpression,
    NameReference,
    WhereOperator,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


_FOLDS = frozenset({"tolower", "toupper"})
_COMPARISONS = frozenset({"==", "in"})


@rule(
    code="KQL328",
    group=Group.COST,
    severity=Severity.INFO,
    on=(WhereOperator,),
)
def filter_on_computed_column(node: WhereOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter on a copy of a column in lower or upper case.

    The index knows the column, not its copy: the copy is made for every row, and then compared. `=~` and `in~` compare
    the column itself without regard to case.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | extend App = tolower(AppDisplayName)
    | where App == "azure portal"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName =~ "azure portal"
    | extend App = tolower(AppDisplayName)
    ```
    """
    for part in surroundings.conjuncts(node.predicate):
        if not isinstance(part, BinaryExpression | InExpression) or part.operator not in _COMPARISONS:
            continue
        column = unparenthesized(part.left)
        made = _fold(column, context)
        if made is None or not isinstance(column, NameReference):
            continue
        inner = made.arguments[0]
        assert isinstance(inner, NameReference)  # noqa: S101 - _fold asked
        yield context.finding(
            column.span,
            f"`{column.name}` is `{inner.name}` by `{made.name.name}()`, which is computed for every row to compare",
            help=f"write `{inner.name} {'=~' if part.operator == '==' else 'in~'} ...` before it is made",
            related=[context.note(made.span, "made here")],
        )


def _fold(node: Node, context: KqlContext) -> FunctionCall | None:
    """Return the call that makes a column from a table's own column."""
    symbol = context.bound.symbol_of(node) if isinstance(node, NameReference) else None
    if symbol is None or symbol.kind is not SymbolKind.COLUMN or len(symbol.sources) != 1:
        return None
    origin = symbol.sources[0]
    if not isinstance(origin, Origin):
        return None
    call = unparenthesized(origin.expression)
    if not isinstance(call, FunctionCall) or call.name.name not in _FOLDS or len(call.arguments) != 1:
        return None
    inner = origin.symbols.get(call.arguments[0])
    return call if inner is not None and inner.kind is SymbolKind.COLUMN and inner.table is not None else None
