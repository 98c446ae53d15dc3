"""has-short-term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import (
    BinaryExpression,
    ExtendOperator,
    InExpression,
    PipeExpression,
    ProjectOperator,
    WhereOperator,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_TERMS: Final = frozenset({"has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs"})
_LISTS: Final = frozenset({"has_any", "has_all"})
# Source: the Kusto documentation's page "String operators": terms of three characters and more are indexed.
_INDEXED: Final = re.compile(r"\w{3}")
# Behind these, rows are still the table's.
_PASSING: Final = (ExtendOperator, ProjectOperator, WhereOperator)


@rule(
    code="KQL244",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(PipeExpression,),
)
def has_short_term(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a search for a term that is too short for the index.

    The index holds terms of three characters and more. For a shorter one the text of every row that the other
    conditions leave is looked through, as `contains` does.

    ```kql bad
    AuditLogs
    | where TimeGenerated > ago(1d) and OperationName has "PU"
    ```

    Name a longer term that goes with it, or compare the whole value:

    ```kql good
    AuditLogs
    | where TimeGenerated > ago(1d) and OperationName has_all ("policy", "PU")
    ```

    Found are filters on a table's own columns: what is computed has no index anyway.
    """
    if not isinstance(pipe.operator, WhereOperator):
        return
    if not all(isinstance(one, _PASSING) for one in predicates.operators_before(pipe)):
        return
    for node in _conditions(pipe.operator.predicate):
        symbol = predicates.column(node.left, context)
        if symbol is None or symbol.table is None:
            continue
        if isinstance(node, BinaryExpression):
            literal = operands.string(node.right, context) if node.operator in _TERMS else None
            texts = [literal] if literal is not None else []
        else:
            texts = list(operands.strings(node.right, context)) if node.operator in _LISTS else []
        short = [one for one in texts if _is_short(one.value) and predicates.is_written(one, context)]
        # `has_all` looks for the others first.
        if not short or (node.operator == "has_all" and len(short) < len(texts)):
            continue
        text = operands.shown(context.text(short[0]))
        yield context.finding(
            node.span,
            f"{text} is too short for the index, so `{node.operator}` looks through the text of each row that is left",
            help="add a condition on a longer term, or compare the whole value",
        )


def _is_short(text: str) -> bool:
    return text != "" and _INDEXED.search(text) is None


def _conditions(predicate: Node) -> Iterator[BinaryExpression | InExpression]:
    """Yield the conditions that `and` and `or` join."""
    stack = [predicate]
    while stack:
        node = unparenthesized(stack.pop())
        if isinstance(node, BinaryExpression) and node.operator in {"and", "or"}:
            stack += [node.right, node.left]
        elif isinstance(node, BinaryExpression | InExpression):
            yield node
