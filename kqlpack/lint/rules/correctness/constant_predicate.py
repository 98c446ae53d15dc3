"""constant-predicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_ALWAYS: Final = frozenset({"==", "=~", "<=", ">="})
_NEVER: Final = frozenset({"!=", "<>", "!~", "<", ">"})
_UNEQUAL: Final = frozenset({"!=", "<>", "!~"})
# An empty text is in every text, and at its beginning and end.
_SEARCHES: Final = frozenset({"contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs"})


@rule(
    code="KQL221",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(BinaryExpression, InExpression),
)
def constant_predicate(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a condition that comes out the same for every row.

    A column compared with itself, a search for an empty text, and two unequal values joined by `or`: no value is equal
    to both, so one of the two conditions is always true and the filter lets everything through.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName != "Azure Portal" or AppDisplayName != "Azure CLI"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName != "Azure Portal" and AppDisplayName != "Azure CLI"
    ```

    Conditions between two constants, such as `1 == 1`, are left alone: who writes them knows.
    """
    if not predicates.is_written(node, context):
        return  # a parameter's value makes it so
    if isinstance(node, InExpression):
        yield from _list(node, context)
    elif node.operator == "or":
        yield from _either(node, context)
    elif node.operator in _ALWAYS | _NEVER:
        yield from _itself(node, context)
    elif node.operator.removeprefix("!") in _SEARCHES:
        text = unparenthesized(node.right)
        if isinstance(text, StringLiteral) and not text.value:
            result = "never" if node.operator.startswith("!") else "always"
            yield context.finding(
                node.span,
                f"an empty text is in every text, so `{node.operator}` is {result} true here",
                help="write the text to look for, or `isempty()` for values that are empty themselves",
            )


def _itself(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    left, right = predicates.column(node.left, context), predicates.column(node.right, context)
    if left is None or left is not right or left.type is ScalarType.REAL:
        return  # a real that is no number is unequal to itself, which some ask for
    result = "always" if node.operator in _ALWAYS else "never"
    yield context.finding(
        node.span,
        f"`{left.name}` stands on both sides of `{node.operator}`, so this is {result} true where it has a value",
        help="compare it with another column or value; if a `let` has the column's name, give it another one",
    )


def _list(node: InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    left = predicates.column(node.left, context)
    if left is None or node.operator.startswith("has"):
        return
    if any(predicates.column(item, context) is left for item in node.right):
        result = "never" if node.operator.startswith("!") else "always"
        yield context.finding(
            node.span,
            f"`{left.name}` is looked up in a list that holds itself, so this is {result} true where it has a value",
            help="write other columns or values; if a `let` has the column's name, give it another one",
        )


def _either(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Compare each condition on the right of this `or` with each on its left."""
    for one in predicates.parts(node.right, "or"):
        for other in predicates.parts(node.left, "or"):
            if (place := _both_unequal(one, other, context)) != "":
                yield context.finding(
                    one.span,
                    f"no `{place}` is equal to both values, so one of the two conditions is always true",
                    help="write `and`, or `!in (...)`",
                    related=[context.note(other.span, "the other condition")],
                )
                return


def _both_unequal(one: Node, other: Node, context: KqlContext) -> str:
    """Return what both conditions want to be unequal to different values; empty where they want something else."""
    first, second = _left_out(one, context), _left_out(other, context)
    if first is None or second is None or first[0] != second[0]:
        return ""
    values, others = first[1], second[1]
    kinds = {kind for kind, _ in values | others}
    return first[0] if len(kinds) == 1 and not values & others else ""


def _left_out(node: Node, context: KqlContext) -> tuple[str, frozenset[tuple[str, object]]] | None:
    if isinstance(node, InExpression) and node.operator in {"!in", "!in~"}:
        place, others = predicates.place(node.left, context), node.right
    elif isinstance(node, BinaryExpression) and node.operator in _UNEQUAL:
        place, others = predicates.place(node.left, context), (node.right,)
    else:
        return None
    values = [predicates.value(other, context) for other in others]
    found = frozenset((one.kind, _folded(one.value)) for one in values if one is not None)
    return (place, found) if place and None not in values else None


def _folded(value: object) -> object:
    return value.lower() if isinstance(value, str) else value
