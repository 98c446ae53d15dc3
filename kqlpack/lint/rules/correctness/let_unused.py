"""let-unused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    ClientParameter,
    ExpressionStatement,
    FunctionDeclaration,
    LetStatement,
    NameReference,
    QueryBlock,
    StringLiteral,
    WildcardedName,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL228",
    group=Group.CORRECTNESS,
    severity=Severity.WARNING,
    on=(QueryBlock,),
    fixes=Applicability.SAFE,
)
def let_unused(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a `let` whose name nothing uses.

    A threshold, a list of exceptions or a time span that is given and not applied: whoever changes it changes nothing.

    ```kql bad
    let Lookback = 7d;
    let Exceptions = dynamic(["10.0.0.1"]);
    SigninLogs
    | where TimeGenerated > ago(Lookback) and ResultType != "0"
    ```

    Use it, or take it out:

    ```kql good
    let Lookback = 7d;
    let Exceptions = dynamic(["10.0.0.1"]);
    SigninLogs
    | where TimeGenerated > ago(Lookback) and ResultType != "0" and IPAddress !in (Exceptions)
    ```

    A name counts as used wherever it stands, even where it means a column. A text that only declares names is left
    alone: whoever takes it over uses them.
    """
    if not any(isinstance(one, ExpressionStatement) for one in root.statements):
        return
    lets: list[LetStatement] = []
    used: set[str] = set()
    for node in walk(root):
        if isinstance(node, LetStatement):
            lets.append(node)
        elif isinstance(node, NameReference):
            used.add(node.name)
        elif isinstance(node, StringLiteral):
            # `table("Name")`, and functions that are given the name of a table.
            used.add(node.value)
        elif isinstance(node, WildcardedName | ClientParameter):
            # `union Sign*` may mean it, and so may whatever a client writes in the braces.
            return
    for let in lets:
        if let.name.name in used or (isinstance(let.expression, FunctionDeclaration) and let.expression.is_view):
            continue
        if _may_be_used_in_a_variant(let.name.name, context):
            continue
        yield context.finding(
            let.name.span,
            f"nothing uses `{let.name.name}`, so that what is given here has no effect",
            help="use it, or take the `let` out",
            fix=replacing("Take the `let` out", (_whole(let, context), "")),
        )


def _may_be_used_in_a_variant(name: str, context: KqlContext) -> bool:
    """Tell whether a template names it again, in a branch that these values don't take."""
    query = context.query
    if query is None or not query.is_template or "{%" not in query.text:
        return False
    return len(re.findall(rf"\b{re.escape(name)}\b", query.text)) > 1


def _whole(let: LetStatement, context: KqlContext) -> Span:
    """Return the statement with its semicolon, and with its line where it has one to itself."""
    text = context.file.text
    start, end = let.start, let.end
    while end < len(text) and text[end].isspace():
        end += 1
    end = end + 1 if text[end : end + 1] == ";" else let.end
    line = text.rfind("\n", 0, start) + 1
    rest = end
    while rest < len(text) and text[rest] in " \t\r":
        rest += 1
    if not text[line:start].strip() and text[rest : rest + 1] == "\n":
        return Span(line, rest + 1)
    return Span(start, end)
