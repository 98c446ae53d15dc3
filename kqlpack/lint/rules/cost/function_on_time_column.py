"""function-on-time-column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    FunctionCall,
    InExpression,
    NameReference,
    PipeExpression,
    WhereOperator,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


# Each with the function that yields the last moment of the same period.
_STARTS = {
    "startofday": "endofday",
    "startofweek": "endofweek",
    "startofmonth": "endofmonth",
    "startofyear": "endofyear",
}
# What makes of a time something that a range of times could stand for.
_OTHERS = frozenset({"bin", "floor", "format_datetime", "tostring", "getyear", "endofday", "endofmonth", "endofweek"})
_COMPARISONS = frozenset({"==", "<", "<=", ">", ">="})


@rule(
    code="KQL327",
    group=Group.COST,
    severity=Severity.WARNING,
    on=(WhereOperator,),
    fixes=Applicability.SAFE,
)
def function_on_time_column(node: WhereOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter on what a function makes of the time, instead of on the time itself.

    Tables are stored by time, and a filter on the column skips what is outside. What a function makes of it has to be
    computed for every row first.

    ```kql bad
    SigninLogs
    | where startofday(TimeGenerated) == startofday(ago(1d))
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated between (startofday(ago(1d)) .. endofday(ago(1d)))
    ```

    Where another condition bounds the column as it is, nothing is found; nor is what no single range stands for, such
    as the hour of the day. The fix knows comparisons of `startofday()` and its kin with each other.
    """
    for part in surroundings.conjuncts(node.predicate):
        found = _found(part, context)
        if found is None:
            continue
        call, column = found
        if _is_bounded(column, node, context):
            return
        name = call.name.name
        yield context.finding(
            call.span,
            f"`{name}({column}...)` is computed for every row, where a filter on `{column}` itself would skip most",
            help=f"compare `{column}` with the ends of the range: `{column} between (... .. ...)`",
            fix=_fix(part, call, context) if isinstance(part, BinaryExpression) else None,
        )


def _found(part: Node, context: KqlContext) -> tuple[FunctionCall, str] | None:
    """Return the call in a comparison that makes something of a table's time, and the name of that column."""
    if isinstance(part, BinaryExpression) and part.operator in _COMPARISONS:
        sides = [part.left, part.right]
    elif isinstance(part, BetweenExpression | InExpression) and part.operator in {"between", "in"}:
        sides = [part.left]
    else:
        return None
    for side in map(unparenthesized, sides):
        if isinstance(side, FunctionCall) and operands.calls(side, context, _STARTS.keys() | _OTHERS):
            column = _time(side.arguments[0], context) if side.arguments else None
            if column is not None:
                return side, column
    return None


def _time(node: Node, context: KqlContext) -> str | None:
    symbol = context.bound.symbol_of(node) if isinstance(node, NameReference) else None
    if symbol is None or symbol.kind is not SymbolKind.COLUMN or symbol.table is None:
        return None
    return symbol.name if symbol.name in TIME_COLUMNS else None


def _is_bounded(column: str, node: WhereOperator, context: KqlContext) -> bool:
    """Tell whether a comparison of the column as it is stands in this filter, or in one beside it in the pipe."""
    pipe = surroundings.parent(node, context)
    filters = [node]
    if isinstance(pipe, PipeExpression):
        filters += [one.operator for one in surroundings.pipes(pipe) if isinstance(one.operator, WhereOperator)]
        step = surroundings.after(pipe, context)
        if step is not None and isinstance(step.operator, WhereOperator):
            filters.append(step.operator)
    for part in (one for each in filters for one in surroundings.conjuncts(each.predicate)):
        sides = [part.left, part.right] if isinstance(part, BinaryExpression) else [getattr(part, "left", None)]
        if any(isinstance(side, NameReference) and side.name == column for side in sides):
            return True
    return False


def _fix(part: BinaryExpression, call: FunctionCall, context: KqlContext) -> Fix | None:
    """Return the fix of `startofday(T) op startofday(x)`; both are the first moment of a day, so that it is exact."""
    end = _STARTS.get(call.name.name)
    other = unparenthesized(part.right)
    if end is None or unparenthesized(part.left) is not call or len(call.arguments) != 1:
        return None
    if not isinstance(other, FunctionCall) or other.name.name != call.name.name or len(other.arguments) != 1:
        return None
    if not operands.calls(other, context, _STARTS):
        return None
    column, start = context.text(call.arguments[0]), context.text(other)
    last = f"{end}({context.text(other.arguments[0])})"
    written = {
        "==": f"{column} between ({start} .. {last})",
        ">=": f"{column} >= {start}",
        "<": f"{column} < {start}",
        ">": f"{column} > {last}",
        "<=": f"{column} <= {last}",
    }[part.operator]
    return replacing("Compare the column itself", (part.span, written))
