"""bool-compared-to-string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, InExpression, Literal, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_CASE_INSENSITIVE = {"==": "=~", "!=": "!~", "<>": "!~"}
_LISTS = frozenset({"in", "!in"})
_BOOLS = frozenset({"true", "false"})


@rule(
    code="KQL116",
    group=Group.BINDING,
    severity=Severity.WARNING,
    on=(BinaryExpression, InExpression),
    fixes=Applicability.SAFE,
)
def bool_compared_to_string(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a bool compared with text, or text with a bool.

    The two are of different types, so whether they are equal is left to a conversion that KQL does not promise.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and IsInteractive == "False"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and IsInteractive == false
    ```

    The same holds the other way round; how the text is written (`true`, `True`) has to be known then:

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and _IsBillable == true
    ```

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and _IsBillable =~ "true"
    ```

    The fix that removes quotes is safe. The one that compares text without regard to case is not, as it finds more.
    """
    if isinstance(node, InExpression):
        if node.operator in _LISTS:
            yield from _list(node, context)
    elif node.operator in _CASE_INSENSITIVE:
        for value, other in ((node.left, node.right), (node.right, node.left)):
            if not operands.is_literal(value):
                yield from _compare(node, value, unparenthesized(other), context)


def _compare(node: BinaryExpression, value: Node, other: Node, context: KqlContext) -> Iterator[Diagnostic]:
    kind, held, written = context.bound.type_of(value), operands.described(value, context), context.text(other)
    fix: Fix | None = None
    if kind is ScalarType.BOOL and isinstance(other, StringLiteral):
        meant = other.value.strip().lower()
        if meant in _BOOLS:
            fix = replacing(f"Remove the quotes of `{written}`", (other.span, meant))
        message = f"{held} is a bool and {operands.shown(written)} is text"
        help_ = f"compare it with a bool: `{meant}`" if fix else "compare it with `true` or `false`"
    elif kind is ScalarType.STRING and _is_bool(other):
        operator = _CASE_INSENSITIVE[node.operator]
        meant = '"true"' if "true" in written.lower() else '"false"'
        if written in _BOOLS:
            fix = replacing(
                f"Write `{operator} {meant}`",
                (node.operator_span, operator),
                (other.span, meant),
                applicability=Applicability.UNSAFE,
            )
        message = f"{held} holds text and `{written}` is a bool"
        help_ = f"compare it with text, without regard to case: `{operator} {meant}`"
    else:
        return
    yield context.finding(
        node.span,
        f"{message}, so what matches is left to an implicit conversion",
        help=help_,
        related=operands.explained(value, context),
        fix=fix,
    )


def _list(node: InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    kind = context.bound.type_of(node.left)
    items = [unparenthesized(item) for item in node.right]
    if operands.is_literal(node.left):
        return
    fix: Fix | None = None
    held = operands.described(node.left, context)
    if kind is ScalarType.BOOL:
        texts = [item for item in items if isinstance(item, StringLiteral)]
        wrong: list[Node] = [*texts]
        meant = [item.value.strip().lower() for item in texts]
        if texts and all(one in _BOOLS for one in meant):
            fix = replacing("Remove the quotes", *zip((item.span for item in texts), meant, strict=True))
        message, help_ = f"{held} is a bool and its list holds text", "write `true` and `false`, without quotes"
    elif kind is ScalarType.STRING:
        wrong = [item for item in items if _is_bool(item)]
        message, help_ = f"{held} holds text and its list holds a bool", 'write text: `in~ ("true", "false")`'
    else:
        return
    if wrong:
        yield context.finding(
            wrong[0].span.cover(wrong[-1].span),
            f"{message}, so what matches is left to an implicit conversion",
            help=help_,
            related=operands.explained(node.left, context),
            fix=fix,
        )


def _is_bool(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind == "bool" and "null" not in node.text
