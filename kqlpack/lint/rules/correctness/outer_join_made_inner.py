"""outer-join-made-inner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.operators.parameters import setting
from kqlpack.syntax import nodes
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    InExpression,
    NameReference,
    PipeExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

# What is neither true for a missing value nor for an empty text.
_ORDER: Final = frozenset({"<", "<=", ">", ">="})
_TEXT: Final = frozenset({"contains", "has", "startswith", "endswith", "hasprefix", "hassuffix", "=="})
# Rows pass these one by one, and a column that they don't name stays what it is.
_PASSING: Final = (nodes.WhereOperator, nodes.SortOperator, nodes.ProjectReorderOperator, nodes.ProjectAwayOperator)


@rule(
    code="KQL224",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(PipeExpression,),
)
def outer_join_made_inner(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a filter behind a `leftouter` join that drops every row without a match.

    `leftouter` keeps rows of the left side that have no match; the right side's columns are empty there. A comparison
    of such a column with a value is not true for them, so what the join kept is lost again.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=leftouter (AADUserRiskEvents | where TimeGenerated > ago(1d) | project CorrelationId, RiskEventType)
        on CorrelationId
    | where RiskEventType == "leakedCredentials"
    ```

    Filter before the join, where rows without a match are to stay, or write `kind=inner`:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | join kind=leftouter (
        AADUserRiskEvents
        | where TimeGenerated > ago(1d) and RiskEventType == "leakedCredentials"
        | project CorrelationId, RiskEventType)
        on CorrelationId
    ```

    Nothing is found where the filter lets missing values through (`isempty(RiskEventType) or ...`), and where it asks
    for others by `isnotempty()`: there it is visible that rows are dropped.
    """
    if not isinstance(pipe.operator, nodes.WhereOperator):
        return
    conditions = [
        (one, name) for one in predicates.parts(pipe.operator.predicate, "and") if (name := _asked(one, context))
    ]
    if not conditions:
        return
    hidden: set[str] = set()
    for operator in predicates.operators_before(pipe):
        if isinstance(operator, nodes.JoinOperator):
            if setting(operator.parameters, "kind") == "leftouter":
                for node, name in conditions:
                    if name not in hidden and _is_from_right(name, operator, context):
                        yield _finding(node, name, operator, context)
                        return
            return
        if isinstance(operator, nodes.ExtendOperator):
            names = [getattr(one, "name", None) for one in operator.expressions]
            if any(not isinstance(one, nodes.NamedExpression) for one in operator.expressions):
                return
            hidden |= {name.name for name in names if name is not None}
        elif not isinstance(operator, _PASSING):
            return


def _finding(node: Node, name: str, join: nodes.JoinOperator, context: KqlContext) -> Diagnostic:
    kind = next(one for one in join.parameters if one.name.name == "kind")
    return context.finding(
        node.span,
        f"`{name}` comes from the right side of a `leftouter` join, and this drops every row that has no match there",
        help="filter before the join, or write `kind=inner` if rows without a match are not wanted",
        related=[context.note(kind.span, "keeps rows without a match")],
    )


def _is_from_right(name: str, join: nodes.JoinOperator, context: KqlContext) -> bool:
    left, right = context.bound.schema_before(join), context.bound.schema_after(join.right)
    # An open left side may have the column itself.
    return not left.is_open and left.column(name) is None and right.column(name) is not None


def _asked(node: Node, context: KqlContext) -> str:
    """Return the column without whose value a condition is not true; empty where there is none."""
    if isinstance(node, InExpression) and node.operator in {"in", "in~"}:
        texts = [operands.string(item, context) for item in node.right]
        return _name(node.left, context) if all(one is not None and one.value for one in texts) else ""
    if isinstance(node, BetweenExpression) and node.operator == "between":
        return _name(node.left, context) if context.bound.type_of(node.left) is not ScalarType.STRING else ""
    if not isinstance(node, BinaryExpression):
        return ""
    value = predicates.value(node.right, context)
    if node.operator in _ORDER:
        return _name(node.left, context) or _name(node.right, context)
    if node.operator in {*_TEXT, "=~"} and value is not None and value.value != "":
        return _name(node.left, context)
    return ""


def _name(node: Node, context: KqlContext) -> str:
    bare = unparenthesized(node)
    return bare.name if isinstance(bare, NameReference) and predicates.column(bare, context) is not None else ""
