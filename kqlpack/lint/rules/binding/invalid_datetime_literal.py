"""invalid-datetime-literal."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.literals import BadLiteralError, parse_datetime
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, Literal, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_EQUALITY = frozenset({"==", "!=", "<>"})
_LISTS = frozenset({"in", "!in"})
_FUNCTIONS = frozenset({"todatetime"})
_DATE = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d*)?)?)?)?Z?", re.ASCII)
# Words that some .NET readers of dates take; whether the service's does is written nowhere.
_MAYBE = frozenset({"", "null", "now", "min", "max", "today", "utcnow"})
_HELP = "write a date that exists, year first: `2024-12-31` or `2024-12-31T23:59:59Z`"


@rule(
    code="KQL110",
    group=Group.BINDING,
    severity=Severity.ERROR,
    on=(Literal, FunctionCall, BinaryExpression, InExpression),
)
def invalid_datetime_literal(
    node: Literal | FunctionCall | BinaryExpression | InExpression, context: KqlContext
) -> Iterator[Diagnostic]:
    """Find a datetime that is none: a day or a month that does not exist, or a text without a date.

    Analysers of KQL take any text inside `datetime(...)`; the service refuses the query when it runs.

    ```kql bad
    SigninLogs
    | where TimeGenerated > datetime(2024-13-05)
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > datetime(2024-05-13)
    ```

    A relative time is a function, not a word:

    ```kql bad
    SigninLogs
    | where TimeGenerated > datetime("yesterday")
    ```

    ```kql good
    SigninLogs
    | where TimeGenerated > startofday(ago(1d))
    ```

    `todatetime("...")` of such a text is null, and a datetime never equals it; that is a warning. Dates in other orders
    (`31/12/2024`) are left alone: what the service makes of them depends on the text.
    """
    match node:
        case Literal(kind="datetime"):
            reason = _wrong(operands.inner_text(node))
            if reason:
                yield context.finding(node.span, f"{reason}, so the query fails when it runs", help=_HELP)
        case FunctionCall() if len(node.arguments) == 1 and operands.calls(node, context, _FUNCTIONS):
            yield from _text(node.arguments[0], "so `todatetime` returns null", context)
        case BinaryExpression() if node.operator in _EQUALITY:
            for value, other in ((node.left, node.right), (node.right, node.left)):
                if context.bound.type_of(value) is ScalarType.DATETIME:
                    yield from _text(other, "so no datetime equals it", context)
        case InExpression() if node.operator in _LISTS:
            if context.bound.type_of(node.left) is ScalarType.DATETIME:
                for item in node.right:
                    yield from _text(item, "so no datetime equals it", context)
        case _:
            pass


def _text(node: Node, consequence: str, context: KqlContext) -> Iterator[Diagnostic]:
    node = unparenthesized(node)
    reason = _wrong(node.value) if isinstance(node, StringLiteral) else ""
    if reason:
        yield context.finding(node.span, f"{reason}, {consequence}", help=_HELP, severity=Severity.WARNING)


def _wrong(text: str) -> str:
    """Say why a text can't be a datetime; empty where it is one, or might be."""
    text = text.strip()
    try:
        parse_datetime(text)
    except BadLiteralError:
        pass
    else:
        return ""
    if text.lower() in _MAYBE:
        return ""
    what = operands.shown(text)
    if not any(character.isdigit() for character in text):
        return f"{what} is no datetime"
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups())
    if not 1 <= month <= 12:
        return f"{what} is no datetime: there is no month {month}"
    if year == 0:
        return f"{what} is no datetime: years begin at 1"
    days = calendar.monthrange(year, month)[1]
    if match.group(3) and not 1 <= day <= days:
        return f"{what} is no datetime: {calendar.month_name[month]} {year} has {days} days"
    # 24:00 and leap seconds might be taken.
    if hour > 24 or minute > 59 or second > 60:
        return f"{what} is no datetime: there is no such time of day"
    return ""
