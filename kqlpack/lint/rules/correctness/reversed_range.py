"""reversed-range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics import points
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    ElementExpression,
    NameReference,
    PathExpression,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.points import Point
    from kqlpack.syntax.nodes import Node

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
# Conditions in a row that are looked at together; beyond it, only those near to each other.
_MOST_CONDITIONS = 30

# A comparison with a constant: the expression's text, the operator as if the constant stood on the right.
_Limit = tuple[str, str, BinaryExpression, "Point"]


@rule(
    code="KQL203",
    group=Group.CORRECTNESS,
    severity=Severity.ERROR,
    on=(BetweenExpression, BinaryExpression),
    fixes=Applicability.SAFE,
)
def reversed_range(node: BetweenExpression | BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a range that ends before it begins, so that nothing is in it.

    `between` takes the lower bound first. `ago(1d)` is later than `ago(7d)`, and `now()` is later than both.

    ```kql bad
    SigninLogs
    | where TimeGenerated between (now() .. ago(1d))
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated between (ago(1d) .. now())
    ```

    The same with two comparisons:

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and TimeGenerated < ago(7d)
    ```

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(7d) and TimeGenerated < ago(1d)
    ```

    The fix swaps the bounds of `between`. Only constants are compared: numbers, dates, timespans, and what counts from
    `now()`; a bound that a `let` names is read, but has no fix, because others may use the name.
    """
    if isinstance(node, BetweenExpression):
        yield from _between(node, context)
    elif node.operator == "and":
        yield from _pairs(node, context)


def _between(node: BetweenExpression, context: KqlContext) -> Iterator[Diagnostic]:
    low, high = points.point(node.low, context.bound), points.point(node.high, context.bound)
    if low is None or high is None:
        return
    # A timespan after a datetime counts from the lower bound.
    is_length = high.line == points.SPAN and low.line in {points.DATE, points.RELATIVE}
    if not (high.value < 0 if is_length else low.is_after(high)):
        return
    first, last = context.text(node.low), context.text(node.high)
    result = "is always true" if node.operator.startswith("!") else "is never true"
    can_swap = not is_length and all(points.is_written_out(one, context.bound) for one in (node.low, node.high))
    yield context.finding(
        node.low.span.cover(node.high.span),
        f"{operands.described(node.low, context)} is after {operands.described(node.high, context)}, "
        f"so `{node.operator}` {result}",
        help="write the earlier bound first"
        if low.line in {points.DATE, points.RELATIVE}
        else "write the lower bound first",
        fix=replacing("Swap the bounds", (node.low.span, last), (node.high.span, first)) if can_swap else None,
    )


def _pairs(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Compare each condition on the right of this `and` with each on its left; those within a side had their turn."""
    later = _limits(node.right, context)
    if not later:
        return
    for text, operator, earlier, value in _limits(node.left, context):
        for other_text, other_operator, one, other in later:
            if text != other_text or operator[0] == other_operator[0]:
                continue
            low, high = (value, other) if operator[0] == ">" else (other, value)
            is_strict = "=" not in operator or "=" not in other_operator
            if low.is_after(high) or (is_strict and low == high):
                yield context.finding(
                    one.span,
                    f"no `{text}` is both {_condition(operator, earlier, context)} and "
                    f"{_condition(other_operator, one, context)}, so this is never true",
                    help="swap the two constants, or write `or` if either will do",
                    related=[context.note(earlier.span, "the other condition")],
                )
                return


def _condition(operator: str, node: BinaryExpression, context: KqlContext) -> str:
    constant = node.right if operator == node.operator else node.left
    return f"`{operator} {' '.join(context.text(constant).split())}`"


def _limits(node: Node, context: KqlContext) -> list[_Limit]:
    """Return the comparisons with constants in a row of `and`s, from its end."""
    found: list[_Limit] = []
    stack = [node]
    for _ in range(_MOST_CONDITIONS):
        if not stack:
            break
        one = unparenthesized(stack.pop())
        if isinstance(one, BinaryExpression) and one.operator == "and":
            stack += [one.left, one.right]
        elif isinstance(one, BinaryExpression) and one.operator in _FLIPPED:
            for value, operator, constant in (
                (one.left, one.operator, one.right),
                (one.right, _FLIPPED[one.operator], one.left),
            ):
                value = unparenthesized(value)  # noqa: PLW2901
                if not isinstance(value, NameReference | PathExpression | ElementExpression):
                    continue
                place = points.point(constant, context.bound)
                if place is not None and points.point(value, context.bound) is None:
                    found.append((" ".join(context.text(value).split()), operator, one, place))
    return found
