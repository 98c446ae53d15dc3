"""repeated-parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Severity
from kqlpack.lint import filters, operands, surroundings
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, PipeExpression, TabularOperator, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node


# Functions that read a whole text to take one part out of it.
_PARSERS = frozenset({"parse_json", "todynamic", "parse_xml", "parse_csv", "parse_url", "parse_user_agent"})
_FEWEST = 3


@rule(
    code="KQL320",
    group=Group.COST,
    severity=Severity.INFO,
    on=(PipeExpression,),
)
def repeated_parse(pipe: PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a text that is parsed three times and more in one pipe.

    `parse_json()` reads the whole text each time. Parsed once, into a column, it is read once, and the query is
    shorter.

    ```kql bad
    AzureActivity
    | where TimeGenerated > ago(1d)
    | extend Role = tostring(parse_json(Properties).role), Scope = tostring(parse_json(Properties).scope)
    | where parse_json(Properties).message has "Microsoft"
    ```

    Write instead:

    ```kql good
    AzureActivity
    | where TimeGenerated > ago(1d)
    | extend Parsed = parse_json(Properties)
    | extend Role = tostring(Parsed.role), Scope = tostring(Parsed.scope)
    | where Parsed.message has "Microsoft"
    ```
    """
    if surroundings.after(pipe, context) is not None:
        return
    groups: dict[str, list[FunctionCall]] = {}
    for step in reversed(surroundings.pipes(pipe)):
        for call in _calls(step.operator, context):
            groups.setdefault(surroundings.normal(call, context), []).append(call)
        for text, calls in list(groups.items()):
            named = surroundings.columns_named(calls[0], context)
            if not named.isdisjoint(filters.changed(step.operator, context, named)):
                yield from _told(groups.pop(text), context)
    for calls in groups.values():
        yield from _told(calls, context)


def _calls(operator: Node, context: KqlContext) -> Iterator[FunctionCall]:
    """Yield the calls in an operator that parse a text; not those in pipes inside of it, which have their own turn."""
    for node in walk(operator):
        if not isinstance(node, FunctionCall) or not operands.calls(node, context, _PARSERS) or not node.arguments:
            continue
        above = next(one for one in surroundings.ancestors(node, context) if isinstance(one, TabularOperator))
        if above is operator and context.bound.type_of(node.arguments[0]) is not ScalarType.DYNAMIC:
            yield node


def _told(calls: list[FunctionCall], context: KqlContext) -> Iterator[Diagnostic]:
    if len(calls) < _FEWEST or not surroundings.columns_named(calls[0], context):
        return
    first, *others = calls
    what = operands.described(first, context)
    yield context.finding(
        first.span,
        f"{what} is computed {len(calls)} times in this pipe, and each time reads the whole text",
        help=f"compute it once: `extend Parsed = {what.strip('`')}`" if what.startswith("`") else "compute it once",
        related=[context.note(other.span, "again here") for other in others[:3]],
    )
