"""single-brace-placeholder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint.context import KqlContext
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.syntax.nodes import BinaryExpression, ClientParameter, InExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.source import Span
    from kqlpack.syntax.nodes import Node

_COMPARISONS: Final = frozenset({"==", "!=", "=~", "!~"})
_QUOTED: Final = re.compile(r"\{([A-Za-z_]\w*)(?::\w+)?\}")
# What KQL can't read: a workbook's parameter with a format, and its time range behind a column.
_BROKEN: Final = re.compile(r"\{([A-Za-z_]\w*):\w+\}|(?<=TimeGenerated )\{([A-Za-z_]\w*)\}")
_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@rule(
    code="KQL526",
    group=Group.TEMPLATE,
    severity=Severity.WARNING,
    on=(Query, BinaryExpression, ClientParameter, InExpression),
)
def single_brace_placeholder(subject: Query | Node, context: Context) -> Iterator[Diagnostic]:
    """Find another tool's placeholder, which nobody fills in here: `{user}`, `"{user}"`, `{TimeRange:start}`.

    Notebooks, workbooks, dashboards and Kusto Explorer write parameters in this way, and each fills in its own. In a
    pack or in a rule of Microsoft Sentinel the text is sent as it is: the service refuses it, or compares with the
    placeholder's name. A quoted one is looked for only where it is compared as a whole.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and UserPrincipalName =~ "{user}"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and UserPrincipalName =~ {{ user }}
    ```

    Files of KQL are left alone: whoever runs them may use a tool that fills them in.
    """
    query = context.query
    if query is None or query.node is None or query.markers is not None:
        return  # a workbook's placeholders are its own
    if isinstance(subject, Query):
        yield from _unreadable(subject, context)
    elif not isinstance(context, KqlContext):
        return
    elif isinstance(subject, ClientParameter):
        yield _finding(subject.span, context.text(subject), subject.name, context)
    else:
        for text in _compared(subject):
            placeholder = _QUOTED.fullmatch(text.value)
            if placeholder:
                yield _finding(text.span, text.value, placeholder[1], context)


def _compared(node: Node) -> Iterator[StringLiteral]:
    sides: tuple[Node, ...] = ()
    if isinstance(node, InExpression):
        sides = node.right
    elif isinstance(node, BinaryExpression) and node.operator in _COMPARISONS:
        sides = (node.left, node.right)
    for side in map(unparenthesized, sides):
        if isinstance(side, StringLiteral):
            yield side


def _unreadable(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find what is a syntax error besides, so that no tree shows it."""
    if not _BROKEN.search(query.text):
        return
    from kqlpack.pack.lexical import LexicalState
    from kqlpack.pack.quoting import Place
    from kqlpack.source import Span

    text = _TAG.sub(lambda tag: " " * len(tag[0]), query.text) if query.is_template else query.text
    state, read = LexicalState(), 0
    for found in _BROKEN.finditer(text):
        state.feed(text[read : found.start()])
        read = found.start()
        if state.place is Place.EXPRESSION and not state.in_dynamic:
            span = query.map.locate(Span(*found.span())).span
            yield _finding(span, found[0], found[1] or found[2], context)


def _finding(span: Span, placeholder: str, name: str, context: Context) -> Diagnostic:
    query = context.query
    if query is None or not query.is_template:
        help = "write the value itself: a rule has no parameters"
    elif name in query.parameters:
        help = f"write `{{{{ {name} }}}}`, without quotes around it"
    else:
        help = f"declare a parameter `{name}`, and write `{{{{ {name} }}}}`, without quotes around it"
    return context.finding(
        span,
        f"`{placeholder}` is another tool's placeholder, and nobody fills it in here: it is sent as it stands",
        help=help,
    )
