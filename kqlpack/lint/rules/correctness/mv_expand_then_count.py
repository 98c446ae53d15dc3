"""mv-expand-then-count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import NamedExpression, NameReference, PipeExpression, unparenthesized, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import MvExpandOperator

_PASSING: Final = (
    nodes.ExtendOperator,
    nodes.ProjectAwayOperator,
    nodes.ProjectOperator,
    nodes.ProjectRenameOperator,
    nodes.SortOperator,
    nodes.WhereOperator,
)


@rule(
    code="KQL248",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def mv_expand_then_count(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find rows that are counted after two lists of them were expanded, one after the other.

    Two `mv-expand` in a row make a row of each pair: three policies and four devices of one sign-in are twelve rows.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | mv-expand ConditionalAccessPolicies
    | mv-expand Risk = parse_json(RiskEventTypes_V2)
    | summarize Times = count() by UserPrincipalName
    ```

    Count what is meant, or expand both lists side by side:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | mv-expand ConditionalAccessPolicies
    | mv-expand Risk = parse_json(RiskEventTypes_V2)
    | summarize Times = dcount(Id) by UserPrincipalName
    ```

    Nothing is found where the second list is inside of the first one's items, and where both are grouped by.
    """
    operator = pipe.operator
    if not isinstance(operator, nodes.SummarizeOperator):
        return
    count = next(
        (
            one
            for one in operator.aggregates
            if operands.calls(
                unparenthesized(one.expression if isinstance(one, NamedExpression) else one), context, {"count"}
            )
        ),
        None,
    )
    if count is None:
        return
    expanded: list[MvExpandOperator] = []
    # What the later ones read: the earlier one's items, where their list is inside of it.
    read: set[str] = set()
    tied = False
    for before in predicates.operators_before(pipe):
        if isinstance(before, nodes.MvExpandOperator):
            # What is computed or chosen between the two may tie the second list to the first.
            if tied or _names(before) & read:
                return
            read |= _read(before)
            expanded.append(before)
        elif not isinstance(before, _PASSING):
            break
        elif not isinstance(before, nodes.SortOperator):
            tied = bool(expanded)
    keys = {one.name for key in operator.by or () for one in walk(key) if isinstance(one, NameReference)}
    if all(_names(one) & keys for one in expanded):
        return  # pairs are what is counted
    if len(expanded) > 1:
        yield context.finding(
            count.span,
            "two lists were expanded one after the other, so that this counts each pair of their items",
            help="write `dcount(...)` of what is to be counted, or expand both in one `mv-expand a, b`",
            related=[context.note(one.span, "expands") for one in expanded],
        )


def _names(operator: MvExpandOperator) -> set[str]:
    names: set[str] = set()
    for item in operator.items:
        if isinstance(item.expression, NamedExpression):
            names.add(item.expression.name.name)
        else:
            names |= {one.name for one in walk(item.expression) if isinstance(one, NameReference)}
    return names


def _read(operator: MvExpandOperator) -> set[str]:
    return {one.name for item in operator.items for one in walk(item.expression) if isinstance(one, NameReference)}
