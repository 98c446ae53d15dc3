"""invalid-timespan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.literals import BadLiteralError, parse_timespan
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    Literal,
    NamedExpression,
    StringLiteral,
    unparenthesized,
)
from kqlpack.values import TIMESPAN_UNITS, read_timespan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_SHIFTS = frozenset({"ago", "now"})
_CONVERSIONS = frozenset({"totimespan"})
_WITH_UNIT = re.compile(r"[+-]?\d+(?:\.\d+)?\s*([A-Za-z]+)", re.ASCII)
_WHOLE = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_BARE = re.compile(r"\d+(?:\.\d+)?[a-z]+", re.ASCII)
# Words that might be taken; whether they are is written nowhere.
_MAYBE = frozenset({"", "null", "min", "max"})
_HELP = "write a timespan: `1d`, `12h`, `30m` or `1.12:00:00`"


@rule(
    code="KQL111",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(Literal, FunctionCall, BinaryExpression),
    fixes=Applicability.SAFE,
)
def invalid_timespan(node: Literal | FunctionCall | BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a number or a text where a timespan belongs, and a timespan that can't be read.

    `ago()` takes a timespan, and so does what is added to or taken from a datetime. A number has no unit, so it is
    none; nor is a timespan in quotes.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago("7d")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(7d)
    ```

    The same holds for sums:

    ```kql bad
    SigninLogs
    | where TimeGenerated > now() - 7
    ```

    ```kql good
    SigninLogs
    | where TimeGenerated > now() - 7d
    ```

    The fix that removes quotes is safe. The one that takes a plain number for days is not: hours may have been meant.
    `totimespan("...")` of a text that is no timespan is null; that is a warning.
    """
    match node:
        case Literal(kind="timespan"):
            text = operands.inner_text(node)
            if _is_wrong(text):
                message = f"{operands.shown(text)} is no timespan, so the query fails when it runs"
                yield context.finding(node.span, message, help=_HELP)
        case FunctionCall() if len(node.arguments) == 1 and operands.calls(node, context, _SHIFTS):
            yield from _operand(node.arguments[0], f"`{node.name.name}()` takes a timespan", context)
        case FunctionCall() if len(node.arguments) == 1 and operands.calls(node, context, _CONVERSIONS):
            literal = unparenthesized(node.arguments[0])
            if isinstance(literal, StringLiteral) and _is_wrong(literal.value):
                message = f"{operands.shown(literal.value)} is no timespan, so `totimespan` returns null"
                yield context.finding(literal.span, message, help=_HELP, severity=Severity.WARNING)
        case BinaryExpression(operator="+" | "-"):
            yield from _sum(node, context)
        case _:
            pass


def _sum(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    sides = [(node.left, node.right)] + ([(node.right, node.left)] if node.operator == "+" else [])
    for value, other in sides:
        if context.bound.type_of(value) is ScalarType.DATETIME:
            done = "added to" if node.operator == "+" else "subtracted from"
            yield from _operand(other, f"only a timespan can be {done} a datetime", context)


def _operand(operand: Node, wanted: str, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a number or a text; a `let` is followed, but has no fix, because others may use it."""
    if isinstance(operand, NamedExpression):
        return
    literal = operands.constant(operand, context)
    written = unparenthesized(operand)
    what = operands.described(written, context)
    fix, related = None, []
    if literal is not written:
        related = [context.note(literal.span, f"what {what} is")]
    if operands.is_number(literal):
        text = context.text(literal)
        meant = f"{text}d" if _WHOLE.fullmatch(text) else ""
        if meant and literal is written:
            fix = replacing(f"Write `{meant}`", (literal.span, meant), applicability=Applicability.UNSAFE)
        message, help_ = (
            f"{wanted}, and {what} is a number",
            f"write the unit: `{meant}`, `{text}h`, ..." if meant else _HELP,
        )
    elif isinstance(literal, StringLiteral):
        meant = literal.value.strip()
        if not _BARE.fullmatch(meant) or read_timespan(meant) is None:
            meant = ""
        if meant and literal is written:
            fix = replacing("Remove the quotes", (literal.span, meant))
        message = f"{wanted}, and {what} is text"
        help_ = f"write `{meant}`, without quotes" if meant else _HELP
    else:
        return
    yield context.finding(written.span, message, help=help_, fix=fix, related=related)


def _is_wrong(text: str) -> bool:
    """Tell whether a text can't be a timespan. Digits, dots and colons alone have more readings than are documented."""
    text = text.strip()
    try:
        parse_timespan(text)
    except BadLiteralError:
        pass
    else:
        return False
    if text.lower() in _MAYBE:
        return False
    if match := _WITH_UNIT.fullmatch(text):
        return match.group(1).lower() not in TIMESPAN_UNITS
    return not any(character.isdigit() for character in text)
