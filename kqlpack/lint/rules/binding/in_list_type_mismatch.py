"""in-list-type-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import InExpression, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_OPERATORS = frozenset({"in", "!in", "in~", "!in~"})
_SHOWN = 3


@rule(
    code="KQL108",
    group=Group.BINDING,
    severity=Severity.WARNING,
    on=(InExpression,),
    fixes=Applicability.SAFE,
)
def in_list_type_mismatch(node: InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a list after `in` whose values are of another type than what is looked up in it.

    Numbers in the list of a string column (or text in that of a number column) match only if KQL converts them, which
    it does not promise. With `!in`, a list that matches nothing silently excludes nothing.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType in (50053, 50126)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType in ("50053", "50126")
    ```

    The fix adds or removes quotes in the whole list. It is safe, and there is one only if all the values are plain
    whole numbers.
    """
    if node.operator not in _OPERATORS or operands.is_literal(node.left):
        return
    kind = context.bound.type_of(node.left)
    items = [unparenthesized(item) for item in node.right]
    if kind is ScalarType.STRING:
        wrong = [item for item in items if operands.is_number(item)]
        texts = [operands.quoted(item, context) for item in wrong]
        held, title, remedy = "text", "Quote the numbers", "write the values as text, in quotes"
    elif kind.is_numeric:
        wrong = [item for item in items if operands.is_number_in_quotes(item)]
        texts = [operands.unquoted(item, kind) for item in wrong]
        held, title, remedy = "numbers", "Remove the quotes", "write the values as numbers, without quotes"
    else:
        return
    if not wrong:
        return
    is_mendable = all(texts)
    if is_mendable:
        remedy = (
            f"write `{node.operator} ({_shortened(texts) if len(wrong) == len(items) else f'..., {texts[0]}, ...'})`"
        )
    yield context.finding(
        wrong[0].span.cover(wrong[-1].span),
        f"{operands.described(node.left, context)} holds {held} and {_counted(wrong, items, held)}, "
        "so what matches is left to an implicit conversion",
        help=remedy,
        related=operands.explained(node.left, context),
        fix=replacing(title, *zip((item.span for item in wrong), texts, strict=True)) if is_mendable else None,
    )


def _counted(wrong: list[Node], items: list[Node], held: str) -> str:
    """Return how many of the list's values are of the wrong type."""
    one, many = ("is a number", "are numbers") if held == "text" else ("is text", "are text")
    if len(items) == 1:
        return f"the value in its list {one}"
    if len(wrong) == len(items):
        return f"the {len(items)} values in its list {many}"
    return f"{len(wrong)} of the {len(items)} values in its list {one if len(wrong) == 1 else many}"


def _shortened(texts: list[str]) -> str:
    return ", ".join(texts if len(texts) <= _SHOWN else [*texts[:_SHOWN], "..."])
