"""regex-could-be-string-op."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.lint.literal_patterns import plain_pattern
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import (
    BinaryExpression,
    ParenthesizedExpression,
    StringLiteral,
    WhereOperator,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic, Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.lint.literal_patterns import PlainPattern, PlainText

_MOST_TEXTS = 5
# By where the text has to stand: anywhere, at the start, at the end, both.
_EXACT = {
    (False, False): "contains_cs",
    (True, False): "startswith_cs",
    (False, True): "endswith_cs",
    (True, True): "==",
}
_FREE = {(False, False): "contains", (True, False): "startswith", (False, True): "endswith", (True, True): "=~"}


@rule(
    code="KQL315",
    group=Group.COST,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    fixes=Applicability.SAFE,
)
def regex_could_be_string_op(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    r"""Find a regular expression that is nothing but text, or a choice of a few texts.

    String operators find text faster than a regular expression does, and can't be spoilt by a dot that nobody escaped.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName matches regex @"@contoso\.example$"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName endswith_cs "@contoso.example"
    ```

    `matches regex` minds the case, so the operators that do the same end in `_cs`; behind `(?i)` it is those without.
    There the fix is unsafe, because letters outside of ASCII may be equal in one way and not in the other.
    """
    literal = unparenthesized(node.right)
    if node.operator != "matches regex" or not isinstance(literal, StringLiteral):
        return
    pattern = plain_pattern(literal.value)
    if pattern is None or len(pattern.texts) > _MOST_TEXTS or context.bound.type_of(node.left) is not ScalarType.STRING:
        return
    operators = list(dict.fromkeys(_operator(text, pattern) for text in pattern.texts))
    what = "is plain text" if len(pattern.texts) == 1 else "is a choice of plain texts"
    yield context.finding(
        node.operator_span.cover(literal.span),
        f"this regular expression {what}, which string operators find faster",
        help=f"write {' and '.join(f'`{one}`' for one in operators)}"
        + (" for each of them, joined by `or`" if len(pattern.texts) > 1 else ""),
        fix=_fix(node, pattern, context),
    )


def _operator(text: PlainText, pattern: PlainPattern) -> str:
    return (_FREE if pattern.is_caseless else _EXACT)[text.at_start, text.at_end]


def _fix(node: BinaryExpression, pattern: PlainPattern, context: KqlContext) -> Fix | None:
    if surroundings.is_commented(node.left.span.cover(node.operator_span), context):
        return None
    left = context.text(node.left)
    parts = []
    for text in pattern.texts:
        quoted = _quoted(text.text)
        if quoted is None:
            return None
        parts.append(f"{left} {_operator(text, pattern)} {quoted}")
    written = " or ".join(parts)
    if len(parts) > 1 and not isinstance(surroundings.parent(node, context), WhereOperator | ParenthesizedExpression):
        written = f"({written})"
    how = Applicability.UNSAFE if pattern.is_caseless else Applicability.SAFE
    return replacing("Write a string operator", (node.span, written), applicability=how)


def _quoted(text: str) -> str | None:
    if '"' in text:
        return None
    return f'@"{text}"' if "\\" in text else f'"{text}"'
