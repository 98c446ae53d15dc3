"""never-true-case-fold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Annotation, Diagnostic, Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_FOLDS = frozenset({"tolower", "toupper"})
_EQUALITY = frozenset({"==", "!=", "<>"})
# Case-sensitive string operators; on the right stands text that must occur in the left.
_PARTS = frozenset(
    {
        *("has_cs", "contains_cs", "startswith_cs", "endswith_cs", "hasprefix_cs", "hassuffix_cs"),
        *("!has_cs", "!contains_cs", "!startswith_cs", "!endswith_cs", "!hasprefix_cs", "!hassuffix_cs"),
    }
)
_LISTS = frozenset({"in", "!in"})
# Letters outside of ASCII fold in ways that are written nowhere.
_WRONG = {"tolower": re.compile("[A-Z]"), "toupper": re.compile("[a-z]")}
_CASE = {"tolower": "lower", "toupper": "upper"}


@rule(
    code="KQL204",
    group=Group.CORRECTNESS,
    severity=Severity.ERROR,
    on=(BinaryExpression, InExpression),
    fixes=Applicability.SAFE,
)
def never_true_case_fold(node: BinaryExpression | InExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find text in lower case compared with text that has capitals, or the other way round.

    What `tolower()` returns has no capitals, so it never equals a text that has some. Nothing is found, and with `!=`
    nothing is left out.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and tolower(AppDisplayName) == "Azure Portal"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and AppDisplayName =~ "Azure Portal"
    ```

    The fix puts the text in the case of the other side. Read are `==`, `!=`, `in`, and the operators that end in `_cs`.
    Where only some texts of a list can't match, that is a warning. Text that a `let` names is read, but has no fix,
    because others may use the name.
    """
    if isinstance(node, InExpression):
        if node.operator in _LISTS and (fold := _fold(node.left, context)):
            yield from _list(node, fold, context)
    elif node.operator in _EQUALITY:
        for value, other in ((node.left, node.right), (node.right, node.left)):
            if fold := _fold(value, context):
                yield from _comparison(node, value, other, fold, context)
    elif node.operator in _PARTS and (fold := _fold(node.left, context)):
        yield from _comparison(node, node.left, node.right, fold, context)


def _fold(node: Node, context: KqlContext) -> str:
    """Return the function that makes an expression lower or upper case; empty for any other."""
    node = unparenthesized(node)
    return node.name.name if isinstance(node, FunctionCall) and operands.calls(node, context, _FOLDS) else ""


def _comparison(
    node: BinaryExpression, value: Node, other: Node, fold: str, context: KqlContext
) -> Iterator[Diagnostic]:
    literal = operands.string(other, context)
    if literal is None or not _WRONG[fold].search(literal.value):
        return
    is_negative = node.operator.startswith(("!", "<"))
    call = unparenthesized(value)
    column = operands.described(call.arguments[0], context) if isinstance(call, FunctionCall) else ""
    text = operands.shown(context.text(literal))
    free = {"==": "=~", "!=": "!~", "<>": "!~"}.get(node.operator, node.operator.removesuffix("_cs"))
    is_short = column.startswith("`") and text.startswith("`")
    yield context.finding(
        node.span,
        f"`{fold}()` returns no {_other(fold)}-case letters and {text} has some, so this is "
        f"{'always' if is_negative else 'never'} true",
        help=f"write `{column.strip('`')} {free} {text.strip('`')}`"
        if is_short
        else f"write the text in {_CASE[fold]} case, or compare by `{free}` without `{fold}()`",
        related=_named(other, literal, context),
        fix=_folded([literal], fold) if literal is unparenthesized(other) else None,
    )


def _list(node: InExpression, fold: str, context: KqlContext) -> Iterator[Diagnostic]:
    items = [operands.constant(item, context) for item in node.right]
    texts = list(operands.strings(node.right, context))
    wrong = [one for one in texts if _WRONG[fold].search(one.value)]
    if not wrong:
        return
    # Something else in the list (a column, a query) may match.
    is_all = len(wrong) == len(texts) and all(
        isinstance(one, StringLiteral) or context.text(one).startswith("dynamic") for one in items
    )
    result = "always" if node.operator.startswith("!") else "never"
    what = operands.shown(context.text(wrong[0]))
    is_here = all(node.start <= one.start and one.end <= node.end for one in wrong)
    yield context.finding(
        node.span,
        f"`{fold}()` returns no {_other(fold)}-case letters and all of these texts have some, so this is {result} true"
        if is_all
        else f"`{fold}()` returns no {_other(fold)}-case letters, so {what} in this list never matches",
        help=f"write the texts in {_CASE[fold]} case, or write `{node.operator}~` without `{fold}()`",
        fix=_folded(wrong, fold) if is_here else None,
        severity=None if is_all else Severity.WARNING,
    )


def _folded(literals: list[StringLiteral], fold: str) -> Fix | None:
    """Return the fix that changes the case of literals; None where letters may belong to an escape."""
    edits = []
    for literal in literals:
        if "\\" in literal.text or literal.text.count(literal.value) != 1:
            return None
        text = _WRONG[fold].sub(lambda letter: letter.group().swapcase(), literal.value)
        edits.append((literal.span, literal.text.replace(literal.value, text)))
    return replacing(f"Write {'the text' if len(edits) == 1 else 'the texts'} in {_CASE[fold]} case", *edits)


def _named(other: Node, literal: StringLiteral, context: KqlContext) -> list[Annotation]:
    written = unparenthesized(other)
    if literal is written:
        return []
    return [context.note(literal.span, f"what {operands.described(written, context)} is")]


def _other(fold: str) -> str:
    return _CASE["toupper" if fold == "tolower" else "tolower"]
