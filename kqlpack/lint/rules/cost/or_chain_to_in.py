"""or-chain-to-in."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands, surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    BinaryExpression,
    ElementExpression,
    NameReference,
    PathExpression,
    StringLiteral,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_LISTS = {
    "or": {"==": "in", "=~": "in~", "has": "has_any"},
    "and": {"!=": "!in", "<>": "!in", "!~": "!in~"},
}
_FEWEST = 3


@rule(
    code="KQL317",
    group=Group.COST,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    fixes=Applicability.SAFE,
)
def or_chain_to_in(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a row of comparisons of one column that a list would say at once.

    `in` looks a value up in a set; a row of comparisons tries them one by one, and is longer to read. `has_any` does it
    for terms, and `!in` for a row of `!=`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where ResultType == "50053" or ResultType == "50126" or ResultType == "50074"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where ResultType in ("50053", "50126", "50074")
    ```

    Found are rows of three and more that stand beside each other.
    """
    if node.operator not in _LISTS or not surroundings.is_whole_chain(node, context):
        return
    group: list[Node] = []
    last: tuple[str, str] | None = None
    for operand in [*surroundings.chain(node), None]:
        key = _key(operand, node.operator, context) if operand is not None else None
        if key is None or key != last:
            yield from _told(group, last, context)
            group = []
        last = key
        if operand is not None:
            group.append(operand)


def _key(node: Node, joined_by: str, context: KqlContext) -> tuple[str, str] | None:
    """Return column and operator of a comparison that could be part of a list."""
    one = unparenthesized(node)
    if not isinstance(one, BinaryExpression) or one.operator not in _LISTS[joined_by]:
        return None
    if not isinstance(one.left, NameReference | PathExpression | ElementExpression):
        return None
    kind = context.bound.type_of(one.left)
    value = unparenthesized(one.right)
    if kind is ScalarType.STRING and isinstance(value, StringLiteral):
        # A phrase is looked for in another way than a term.
        if one.operator == "has" and not (value.value.isascii() and value.value.isalnum()):
            return None
    elif not (kind in {ScalarType.INT, ScalarType.LONG} and operands.quoted(value, context)):
        return None
    return " ".join(context.text(one.left).split()), _LISTS[joined_by][one.operator]


def _told(group: list[Node], key: tuple[str, str] | None, context: KqlContext) -> Iterator[Diagnostic]:
    if key is None or len(group) < _FEWEST:
        return
    column, operator = key
    span = Span(group[0].start, group[-1].end)
    values = [one.right for one in map(unparenthesized, group) if isinstance(one, BinaryExpression)]
    text = f"{column} {operator} ({', '.join(context.text(unparenthesized(value)) for value in values)})"
    if any(surroundings.is_commented(Span(a.end, b.start), context) for a, b in pairwise(group)):
        return  # comments say of each what it is for
    name = f"`{column}`" if "`" not in column else "this value"
    yield context.finding(
        span,
        f"{len(group)} comparisons of {name} in a row are one list, which is looked up at once",
        help=f"write `{operator}` with a list of the values",
        fix=replacing(f"Write `{operator}`", (span, text)),
    )
