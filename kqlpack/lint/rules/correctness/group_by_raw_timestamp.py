"""group-by-raw-timestamp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import TIME_COLUMNS
from kqlpack.syntax.nodes import NamedExpression, SummarizeOperator, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_COUNTS: Final = frozenset({"count", "countif", "dcount", "dcountif", "count_distinct", "count_distinctif"})
# Tables of samples: the rows of one sample have one time, so that it makes groups.
_SAMPLES: Final = frozenset({"AppMetrics", "AzureMetrics", "InsightsMetrics", "Perf", "Usage"})
_SAMPLED: Final = ("Container", "Kube")


@rule(
    code="KQL233",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(SummarizeOperator,),
    fixes=Applicability.UNSAFE,
)
def group_by_raw_timestamp(node: SummarizeOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find rows that are counted for each instant, instead of for each hour or day.

    Log times are exact to a ten-millionth of a second. Grouped by the time itself, nearly every row is a group of its
    own: counts are 1, and a threshold is never reached.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserPrincipalName, TimeGenerated
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | summarize Attempts = count() by UserPrincipalName, bin(TimeGenerated, 1h)
    ```

    Found are groups by a table's own column of time, where all that is computed are counts. Tables of samples
    (`Perf`, `KubePodInventory`) are left alone: there, rows of one sample have one time.
    """
    if not node.aggregates:
        return
    for one in node.aggregates:
        call = unparenthesized(one.expression if isinstance(one, NamedExpression) else one)
        if not operands.calls(call, context, _COUNTS):
            return
    for key in node.by or ():
        value = key.expression if isinstance(key, NamedExpression) else key
        symbol = predicates.column(value, context)
        if symbol is None or symbol.table is None or symbol.name not in TIME_COLUMNS:
            continue
        if symbol.type is not ScalarType.DATETIME or _is_sampled(symbol.table.name):
            continue
        fixed = f"bin({context.text(value)}, 1h)"
        yield context.finding(
            value.span,
            f"nearly every row has a `{symbol.name}` of its own, so that these groups hold one row each",
            help=f"write `{fixed}`, or another step",
            fix=replacing(f"Write `{fixed}`", (value.span, fixed), applicability=Applicability.UNSAFE),
        )


def _is_sampled(table: str) -> bool:
    return table in _SAMPLES or table.startswith(_SAMPLED)
