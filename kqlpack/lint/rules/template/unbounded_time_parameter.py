"""unbounded-time-parameter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    FunctionCall,
    LetStatement,
    NameReference,
    unparenthesized,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.pack import Parameter
    from kqlpack.syntax.nodes import Node, QueryBlock


@rule(code="KQL522", group=Group.TEMPLATE, severity=Severity.INFO, on=(Query,))
def unbounded_time_parameter(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a time span that says how far back a query reads, and that may be as long as anybody likes.

    A slip (`300d` for `30d`), or a caller in a hurry, makes the query read all that the workspace keeps. `max` says up
    to where the query makes sense. A query whose `timespan` is set reads no further than that.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d, max: 30d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```
    """
    if not query.is_template or query.timespan:
        return
    from kqlpack.template import free_names, renderings

    used = free_names(query.text)
    suspects = {name: one for name in used if (one := query.parameters.get(name)) and _is_unbounded(one)}
    if not suspects or any(map(query.has_faulty, used)):
        return
    from kqlpack.syntax import parse

    told = set()
    for rendered in renderings(query):
        starts = _starts(parse(rendered.file).root) if rendered.ok else []
        for segment in rendered.map.segments if starts else ():
            # The whole hole: what an expression makes of the parameter may well be bounded.
            name = query.file.text[segment.origin.start : segment.origin.end].strip("{}-+ \t")
            if not segment.rendered or name not in suspects or name in told:
                continue
            if any(one.start <= segment.derived.start and segment.derived.end <= one.end for one in starts):
                told.add(name)
                parameter = suspects[name]
                found = context.finding(
                    parameter.span,
                    f"`{name}` says how far back a query reads and has no `max`, so that a value may make it read all "
                    "that is kept",
                    help="add the longest span that makes sense, as `max: 30d`",
                )
                yield replace(found, primary=Annotation(parameter.file or query.file, parameter.span))


def _is_unbounded(parameter: Parameter) -> bool:
    return str(parameter.type) == "timespan" and parameter.max is None and not parameter.allowed


def _starts(root: QueryBlock) -> list[Node]:
    """Return the expressions that say how long ago the rows may be: in `> ago(...)`, `between (ago(...) .. )`."""
    lets = {one.name.name: one.expression for one in walk(root) if isinstance(one, LetStatement)}
    found: list[Node] = []
    for node in walk(root):
        bounds: list[Node] = []
        if isinstance(node, BinaryExpression):
            bounds = (
                [node.right] if node.operator in {">", ">="} else [node.left] if node.operator in {"<", "<="} else []
            )
        elif isinstance(node, BetweenExpression) and node.operator == "between":
            bounds = [node.low]
        for bound in (_resolved(one, lets) for one in bounds):
            if isinstance(bound, FunctionCall) and bound.name.name == "ago":
                found.extend(_resolved(one, lets) for one in bound.arguments)
    return found


def _resolved(node: Node, lets: dict[str, Node]) -> Node:
    """Return what a `let` gives a name, one step far."""
    node = unparenthesized(node)
    return unparenthesized(lets.get(node.name, node)) if isinstance(node, NameReference) else node
