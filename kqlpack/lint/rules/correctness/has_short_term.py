"""has-short-term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, InExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_TERMS: Final = frozenset({"has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs"})
_LISTS: Final = frozenset({"has_any", "has_all"})
# Source: the Kusto documentation's page "String operators": terms of three characters and more are indexed.
_INDEXED: Final = re.compile(r"\w{3}")


@rule(
    code="KQL244",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(BinaryExpression, InExpression),
)
def has_short_term(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a search for a term that is too short for the index.

    The index holds terms of three characters and more. For a shorter one every value of the column is read, as
    `contains` does.

    ```kql bad
    AuditLogs
    | where TimeGenerated > ago(1d) and OperationName has "PU"
    ```

    Name a longer term that goes with it, or compare the whole value:

    ```kql good
    AuditLogs
    | where TimeGenerated > ago(1d) and OperationName has "policy" and OperationName has_cs "PUT"
    ```
    """
    if isinstance(node, BinaryExpression):
        literal = operands.string(node.right, context) if node.operator in _TERMS else None
        texts = [literal] if literal is not None else []
    else:
        texts = list(operands.strings(node.right, context)) if node.operator in _LISTS else []
    short = [
        one for one in texts if one.value and predicates.is_written(one, context) and not _INDEXED.search(one.value)
    ]
    # `has_all` looks for the others first.
    if not short or (node.operator == "has_all" and len(short) < len(texts)):
        return
    yield context.finding(
        node.span,
        f"{operands.shown(context.text(short[0]))} is too short for the index, so `{node.operator}` reads every value",
        help="add a condition on a longer term, or compare the whole value",
    )
