"""invalid-regex."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import (
    BinaryExpression,
    FunctionCall,
    Literal,
    NameReference,
    ParseOperator,
    Star,
    StringLiteral,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.lint.regular_expressions import Checked, Problem
    from kqlpack.syntax.nodes import Node

# Which argument is a regular expression. Source: the Kusto documentation's pages on these functions.
_PATTERNS = {
    "extract": 0,
    "extract_all": 0,
    "replace": 0,
    "replace_regex": 1,
    "trim": 0,
    "trim_end": 0,
    "trim_start": 0,
    "countof": 1,
}


@rule(code="KQL114", group=Group.BINDING, severity=Severity.ERROR, on=(BinaryExpression, FunctionCall, ParseOperator))
def invalid_regex(node: BinaryExpression | FunctionCall | ParseOperator, context: KqlContext) -> Iterator[Diagnostic]:
    r"""Find a regular expression that the service refuses, and a group that a pattern does not have.

    KQL's regular expressions match in a time that grows with the text alone. So they have no look-around and no
    references back, which other languages have; the query fails when it runs.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName matches regex @"^(?!admin).*@contoso\.com$"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d) and UserPrincipalName matches regex @"^.*@contoso\.com$"
    | where UserPrincipalName !startswith "admin"
    ```

    `extract` takes the number of a group. One that the pattern does not have matches nothing:

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project Domain = extract("@[a-z.]+$", 1, UserPrincipalName)
    ```

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project Domain = extract("@([a-z.]+)$", 1, UserPrincipalName)
    ```

    Read are the patterns of `matches regex`, `extract`, `extract_all`, `replace_regex`, `trim`, `trim_start`,
    `trim_end`, of `countof` with the kind `regex`, and of `parse kind=regex`. What only one of the libraries refuses
    that Kusto's documentation has named is a warning.
    """
    match node:
        case BinaryExpression(operator="matches regex"):
            yield from _pattern(node.right, context)
        case FunctionCall() if operands.calls(node, context, _PATTERNS):
            yield from _call(node, context)
        case ParseOperator() if _is_regex(node):
            yield from _parse(node, context)
        case _:
            pass


def _call(node: FunctionCall, context: KqlContext) -> Iterator[Diagnostic]:
    name, arguments = node.name.name, node.arguments
    place = _PATTERNS[name]
    if len(arguments) <= place:
        return
    if name == "countof":
        kind = operands.string(arguments[2], context) if len(arguments) > 2 else None
        if kind is None or kind.value != "regex":
            return
    found = list(_pattern(arguments[place], context))
    yield from found
    literal = operands.string(arguments[place], context)
    groups = _check(literal.value).groups if literal else None
    if found or groups is None:
        return
    if name == "extract" and len(arguments) > 2:
        index = unparenthesized(arguments[1])
        if isinstance(index, Literal) and index.text.isascii() and index.text.isdecimal() and int(index.text) > groups:
            has = f"has {groups}" if groups else "has none"
            yield context.finding(
                index.span,
                f"`extract` is to return group `{index.text}`, and the pattern {has}, so it returns nothing",
                help="put what is wanted in `( )`, or write `0` for all that matches",
                severity=Severity.WARNING,
            )
    elif name == "extract_all" and groups == 0:
        yield context.finding(
            arguments[place].span,
            "`extract_all` returns what groups match, and the pattern has none, so there is nothing to return",
            help="put what is wanted in `( )`",
            severity=Severity.WARNING,
        )


def _pattern(node: Node, context: KqlContext) -> Iterator[Diagnostic]:
    literal = operands.string(node, context)
    problem = _check(literal.value).problem if literal else None
    if literal is None or problem is None:
        return
    written = unparenthesized(node)
    related = [] if literal is written else [context.note(literal.span, "the pattern")]
    yield context.finding(
        written.span,
        _message(problem),
        help=problem.help,
        related=related,
        severity=None if problem.is_certain else Severity.WARNING,
    )


def _message(problem: Problem) -> str:
    end = ", so the query fails when it runs" if problem.is_certain else ", and the query may fail when it runs"
    return f"this is no regular expression of KQL: {problem.message}{end}"


def _is_regex(node: ParseOperator) -> bool:
    settings = {one.name.name: one.value for one in node.parameters}
    kind = settings.get("kind")
    return isinstance(kind, NameReference) and kind.name == "regex"


def _parse(node: ParseOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Read the parts as the one pattern that they make; `flags` are letters that change no brackets."""
    starts: list[tuple[int, StringLiteral]] = []
    text = ""
    for part in node.pattern:
        if isinstance(part, StringLiteral):
            starts.append((len(text), part))
            text += part.value
        else:
            text += ".*?" if isinstance(part, Star) else "(.*?)"
    problem = _check(text).problem
    if problem is None:
        return
    before = [part for start, part in starts if start <= problem.position]
    place = before[-1] if before else node
    yield context.finding(
        place.span,
        _message(problem),
        help=problem.help,
        severity=None if problem.is_certain else Severity.WARNING,
    )


def _check(pattern: str) -> Checked:
    """Look at a pattern; what reads it is loaded with the first one."""
    from kqlpack.lint import regular_expressions

    return regular_expressions.check(pattern)
