"""case-insensitive-on-caseless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_EXACT = {"=~": "==", "!~": "!=", "in~": "in", "!in~": "!in"}


@rule(
    code="KQL318",
    group=Group.COST,
    severity=Severity.INFO,
    on=(BinaryExpression, InExpression),
    fixes=Applicability.SAFE,
)
def case_insensitive_on_caseless(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a comparison without regard to case with text that has no letters.

    Digits and signs are of no case, so `==` finds the same as `=~`, and is faster.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType =~ "50126"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and ResultType == "50126"
    ```

    Of a list, all texts have to be of that kind.
    """
    exact = _EXACT.get(node.operator)
    if exact is None or context.bound.type_of(node.left) is not ScalarType.STRING:
        return
    others = node.right if isinstance(node, InExpression) else (node.right,)
    texts = [unparenthesized(other) for other in others]
    if not texts or not all(isinstance(text, StringLiteral) and _is_caseless(text.value) for text in texts):
        return
    what = operands.shown(context.text(texts[0])) if len(texts) == 1 else "none of these texts"
    yield context.finding(
        node.operator_span,
        f"{what} has {'no letters' if len(texts) == 1 else 'letters'}, so `{node.operator}` finds what `{exact}` does, "
        "and is slower",
        help=f"write `{exact}`",
        fix=replacing(f"Write `{exact}`", (node.operator_span, exact)),
    )


def _is_caseless(text: str) -> bool:
    # Outside of ASCII, there are letters that are equal to others in ways that are written nowhere.
    return bool(text) and text.isascii() and not any(letter.isalpha() for letter in text)
