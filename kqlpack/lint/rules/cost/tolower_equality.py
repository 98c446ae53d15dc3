"""tolower-equality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_FOLDS = frozenset({"tolower", "toupper"})
_FREE = {"==": "=~", "!=": "!~", "<>": "!~", "in": "in~", "!in": "!in~"}
# What takes no notice of case anyway.
_ALREADY = frozenset(
    {"=~", "!~", "has", "!has", "contains", "!contains", "startswith", "!startswith", "endswith", "!endswith"}
    | {"hasprefix", "!hasprefix", "hassuffix", "!hassuffix", "in~", "!in~", "has_any", "has_all"}
)


@rule(
    code="KQL316",
    group=Group.COST,
    severity=Severity.INFO,
    on=(BinaryExpression, InExpression),
    fixes=Applicability.SAFE,
)
def tolower_equality(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find text that is made lower or upper case only to be compared.

    `=~` and `in~` compare without regard to case, and need no copy of each value. Operators such as `has` and
    `contains` never looked at the case.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and tolower(AppDisplayName) == "azure portal"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and AppDisplayName =~ "azure portal"
    ```

    Where the other side has letters of the wrong case, the comparison is never true: never-true-case-fold tells that.
    """
    inner = _folded(node.left, context)
    if inner is None:
        return
    fold = unparenthesized(node.left)
    assert isinstance(fold, FunctionCall)  # noqa: S101 - _folded asked
    name = fold.name.name
    operator = node.operator
    edits = [(node.left.span, context.text(inner))]
    if operator in _ALREADY:
        remedy = f"leave out `{name}()`"
    elif operator in _FREE:
        others = node.right if isinstance(node, InExpression) else (node.right,)
        for other in others:
            folded = _folded(other, context)
            call = unparenthesized(other)
            if folded is not None and isinstance(call, FunctionCall) and call.name.name == name:
                edits.append((other.span, context.text(folded)))
            elif not _is_in_case(unparenthesized(other), name):
                return
        edits.append((node.operator_span, _FREE[operator]))
        remedy = f"compare by `{_FREE[operator]}` without `{name}()`"
    else:
        return
    yield context.finding(
        node.left.span,
        f"`{name}()` copies every value only to compare it"
        + (f", and `{operator}` takes no notice of case" if operator in _ALREADY else ""),
        help=remedy,
        fix=replacing(f"Compare without `{name}()`", *edits),
    )


def _folded(node: Node, context: KqlContext) -> Node | None:
    """Return the text that an expression makes lower or upper case."""
    call = unparenthesized(node)
    if not isinstance(call, FunctionCall) or not operands.calls(call, context, _FOLDS) or len(call.arguments) != 1:
        return None
    argument = call.arguments[0]
    return argument if context.bound.type_of(argument) is ScalarType.STRING else None


def _is_in_case(node: Node, fold: str) -> bool:
    """Tell whether a literal is the text that the function would make of it, in letters whose case is no question."""
    if not isinstance(node, StringLiteral) or not node.value.isascii():
        return False
    return node.value == (node.value.lower() if fold == "tolower" else node.value.upper())
