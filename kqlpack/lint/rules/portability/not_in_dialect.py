"""not-in-dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.dialects import lack
from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    AliasStatement,
    EvaluateOperator,
    FunctionCall,
    PatternStatement,
    QueryParametersStatement,
    RestrictStatement,
    TabularOperator,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node

_STATEMENTS: dict[type[Node], str] = {
    AliasStatement: "alias",
    PatternStatement: "pattern",
    QueryParametersStatement: "query_parameters",
    RestrictStatement: "restrict",
}


@rule(
    code="KQL701",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(FunctionCall, TabularOperator, *_STATEMENTS),
)
def not_in_dialect(node: Node, context: KqlContext) -> Iterator[Diagnostic]:
    """Find what the place that a query is for does not have.

    KQL runs in Log Analytics, Microsoft Sentinel, Defender XDR, Azure Data Explorer and Azure Resource Graph, and none
    of them has all of it. A pack says where its queries run by `dialect:`, the command line by `--dialect`; without
    either `log-analytics` is assumed, and the finding is a warning. What each place lacks stands in docs/dialects.md.

    ```kql bad
    cluster("help").database("Samples").StormEvents
    | where StartTime > ago(1d)
    ```

    Write instead:

    ```kql good
    adx("https://help.kusto.windows.net/Samples").StormEvents
    | where StartTime > ago(1d)
    ```
    """
    dialect = context.bound.catalog.dialect
    for kind, name, span in _named(node, context):
        found = lack(dialect, kind, name)
        if found is not None:
            shown = f"{name}()" if kind == "function" else name
            yield context.finding(
                span,
                f"the {kind} `{shown}` isn't available in {dialect.full_name}, so the query is refused",
                severity=None if context.bound.catalog.is_dialect_chosen else Severity.WARNING,
                help=f"write {found.instead}" if found.instead else f"leave it out; see {found.page}",
            )
            return


def _named(node: Node, context: KqlContext) -> Iterator[tuple[str, str, Span]]:
    if isinstance(node, FunctionCall):
        symbol = context.bound.symbol_of(node.name)
        # A function of the query's own may be called as it likes.
        if symbol is None or symbol.declaration is None:
            yield "function", node.name.name, node.name.span
    elif isinstance(node, TabularOperator):
        construct = type(node).construct
        if construct:
            yield "operator", construct, _keyword(node, construct, context)
        if isinstance(node, EvaluateOperator):
            yield "plugin", node.call.name.name, node.call.name.span
    else:
        yield "statement", _STATEMENTS[type(node)], node.span


def _keyword(node: Node, word: str, context: KqlContext) -> Span:
    written = context.file.text.startswith(word, node.start)
    return Span(node.start, node.start + len(word)) if written else node.span
