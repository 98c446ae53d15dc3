"""rule-query-limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import (
    EvaluateOperator,
    FunctionCall,
    Literal,
    SearchOperator,
    Star,
    TakeOperator,
    UnionOperator,
    WildcardedName,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


# Sources: the Microsoft Sentinel documentation's page "Scheduled analytics rules" (`search *`, `union *`, `adx`), and
# that of Azure Monitor on log search alert rules (the plugins, `ago`, and what rules that run each minute can't have).
_PLUGINS = frozenset({"bag_unpack", "pivot", "narrow"})
_EACH_MINUTE = "PT1M"


@rule(
    code="KQL704",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(SearchOperator, UnionOperator, FunctionCall, EvaluateOperator, TakeOperator),
)
def rule_query_limits(
    node: SearchOperator | UnionOperator | FunctionCall | EvaluateOperator | TakeOperator, context: KqlContext
) -> Iterator[Diagnostic]:
    """Find what a query can't have that becomes a rule of Microsoft Sentinel or an alert of Azure Monitor.

    A rule of Sentinel may not read everything (`search *`, `union *`) nor another service (`adx`, `arg`). An alert
    knows no `bag_unpack`, `pivot` and `narrow`, and takes only literal timespans in `ago()`; one that runs each minute
    knows no `search`, `union`, `take`, `ingestion_time()` and `adx` either.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          union *
          | where Type == "SigninLogs"
        publish:
          sentinel_rule: {kind: nrt}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        severity: high
        query: |
          SigninLogs
          | where ResultType != "0"
          | project TimeGenerated, UserPrincipalName
        publish:
          sentinel_rule: {kind: nrt}
    ```
    """
    publish = context.query.publish if context.query else None
    if publish is None:
        return
    if publish.sentinel_rule is not None:
        yield from _of_sentinel(node, context)
    if publish.alert is not None:
        yield from _of_alert(node, context, is_each_minute=publish.alert.get("frequency") == _EACH_MINUTE)


def _of_sentinel(node: Node, context: KqlContext) -> Iterator[Diagnostic]:
    target = "a rule of Microsoft Sentinel"
    if isinstance(node, SearchOperator) and not node.tables and isinstance(node.predicate, Star):
        yield _told(_word(node, "search"), "`search *`", target, "name the tables", context)
    elif isinstance(node, UnionOperator):
        for table in node.tables:
            if isinstance(table, WildcardedName) and table.pattern == "*":
                yield _told(table.span, "`union *`", target, "name the tables", context)
    elif isinstance(node, FunctionCall) and operands.names_place(node, context, {"adx", "arg"}):
        remedy = "read a table of the workspace"
        yield _told(node.name.span, f"`{node.name.name}()`", target, remedy, context)


def _of_alert(node: Node, context: KqlContext, *, is_each_minute: bool) -> Iterator[Diagnostic]:
    target = "an alert of Azure Monitor"
    if isinstance(node, EvaluateOperator):
        if node.call.name.name in _PLUGINS:
            remedy = "name the columns that it would make: `tostring(Bag.key)`"
            yield _told(node.call.name.span, f"`{node.call.name.name}`", target, remedy, context)
    elif isinstance(node, FunctionCall):
        if operands.calls(node, context, {"ago"}) and not (node.arguments and _is_timespan(node.arguments[0])):
            yield _told(node.span, "`ago()` of anything but a literal", target, "write a timespan: `ago(1h)`", context)
        if is_each_minute and operands.names_place(node, context, {"ingestion_time", "adx", "arg"}):
            what = f"`{node.name.name}()`"
            yield _told(node.name.span, what, f"{target} that runs each minute", "leave it out", context)
    elif is_each_minute and isinstance(node, SearchOperator | UnionOperator | TakeOperator):
        name = node.keyword if isinstance(node, TakeOperator) else type(node).construct
        remedy = "read one table, or run it every five minutes" if name != "take" else "leave it out"
        yield _told(_word(node, name), f"`{name}`", f"{target} that runs each minute", remedy, context)


def _is_timespan(node: Node) -> bool:
    literal = surroundings.unsigned(node)
    return isinstance(literal, Literal) and literal.kind == "timespan"


def _word(node: Node, word: str) -> Span:
    return Span(node.start, node.start + len(word))


def _told(span: Span, what: str, target: str, remedy: str, context: KqlContext) -> Diagnostic:
    return context.finding(span, f"{target} can't have {what}, so that it is refused", help=remedy)
