"""invalid-guid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, Literal, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_EQUALITY = frozenset({"==", "!=", "<>"})
_LISTS = frozenset({"in", "!in"})
_FUNCTIONS = frozenset({"toguid"})
_DIGITS = 32
# Brackets, hyphens and spaces are left out of the count: several ways to write them are taken.
_FILLING = re.compile(r"[-{}()\s]")
_HEX = re.compile(r"[0-9A-Fa-f]*")
_HELP = "write 32 hexadecimal digits: `guid(74be27de-1e4e-49d9-b579-fe0b331d3642)`"


@rule(
    code="KQL112",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(Literal, FunctionCall, BinaryExpression, InExpression),
)
def invalid_guid(
    node: Literal | FunctionCall | BinaryExpression | InExpression, context: KqlContext
) -> Iterator[Diagnostic]:
    """Find a guid that is none: too few or too many digits, or characters that are no hexadecimal digits.

    Often a digit went missing while it was copied. The service refuses `guid(...)` with such a text; a text that is
    converted to a guid becomes null, which is a warning.

    ```kql bad
    print Tenant = guid(74be27de-1e4e-49d9-b579-fe0b331d364)
    ```

    Write instead:

    ```kql good
    print Tenant = guid(74be27de-1e4e-49d9-b579-fe0b331d3642)
    ```
    """
    match node:
        case Literal(kind="guid"):
            reason = _wrong(operands.inner_text(node))
            if reason:
                yield context.finding(node.span, f"{reason}, so the query fails when it runs", help=_HELP)
        case FunctionCall() if len(node.arguments) == 1 and operands.calls(node, context, _FUNCTIONS):
            yield from _text(node.arguments[0], "so `toguid` returns null", context)
        case BinaryExpression() if node.operator in _EQUALITY:
            for value, other in ((node.left, node.right), (node.right, node.left)):
                if context.bound.type_of(value) is ScalarType.GUID:
                    yield from _text(other, "so no guid equals it", context)
        case InExpression() if node.operator in _LISTS and context.bound.type_of(node.left) is ScalarType.GUID:
            for item in node.right:
                yield from _text(item, "so no guid equals it", context)
        case _:
            pass


def _text(node: Node, consequence: str, context: KqlContext) -> Iterator[Diagnostic]:
    literal = operands.string(node, context)
    reason = _wrong(literal.value) if literal else ""
    if reason:
        span = unparenthesized(node).span
        yield context.finding(span, f"{reason}, {consequence}", help=_HELP, severity=Severity.WARNING)


def _wrong(text: str) -> str:
    """Say why a text can't be a guid; empty where it is one, or might be."""
    digits = _FILLING.sub("", text)
    # .NET's form `{0x...,{0x...}}` might be taken.
    if not digits or "0x" in digits.lower() or digits.lower() == "null":
        return ""
    what = operands.shown(text)
    if _HEX.fullmatch(digits) is None:
        return f"{what} is no guid: it has other characters than hexadecimal digits"
    if len(digits) != _DIGITS:
        return f"{what} is no guid: it has {len(digits)} digits instead of {_DIGITS}"
    return ""
