"""empty-value-disables-filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, StringLiteral, unparenthesized, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.pack import Parameter
    from kqlpack.pack.document import Node
    from kqlpack.source import Segment, Span
    from kqlpack.syntax.nodes import Node as AnyNode
    from kqlpack.template import Rendered

_SEARCHES: Final = frozenset({"contains", "has", "hasprefix", "hassuffix", "startswith", "endswith"})
_REGEX: Final = "matches regex"
# Every text matches these.
_MATCH_ALL: Final = frozenset({"", ".*", ".*?", "^.*$", "^.*", ".*$", "(.*)"})
_CHOOSING: Final = frozenset({"iff", "iif", "case"})
_WILDCARDS: Final = frozenset({"*", "%"})


class _Value(NamedTuple):
    """A value that the pack itself gives to a parameter, and where."""

    text: str
    span: Span


@rule(code="KQL521", group=Group.TEMPLATE, severity=Severity.WARNING, on=(Query,))
def empty_value_disables_filter(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find an empty text, or a wildcard, that a parameter may be and that makes a filter pass everything or nothing.

    `contains ""` is true for every row, and so is `matches regex ".*"`; `!contains ""` is true for none. And `*` and
    `%` are no wildcards in KQL: `has "*"` looks for an asterisk. The values looked at are the default, those under
    `allowed` and `examples`. Nothing is found where the filter stands inside an `{% if %}` that asks for the value, or
    beside a condition that does.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ""}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | where UserPrincipalName startswith {{ user }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ""}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          {% if user %}
          | where UserPrincipalName startswith {{ user }}
          {% endif %}
    ```
    """
    if not query.is_template:
        return
    from kqlpack.template import free_names, renderings

    used = free_names(query.text)
    suspects = {name: values for name in used if (values := _suspicious(query.parameters.get(name)))}
    if not suspects or any(map(query.has_faulty, used)):
        return
    for rendered in renderings(query):
        assigned = rendered.values
        given = {name: one for name, values in suspects.items() for one in values if _is(assigned.get(name), one)}
        if given:
            yield from _in_variant(rendered, given, query, context)


def _is(value: object, suspect: _Value) -> bool:
    return getattr(value, "value", None) == suspect.text


def _suspicious(parameter: Parameter | None) -> list[_Value]:
    """Return the values among default, `allowed` and `examples` that could make a filter mean nothing."""
    if parameter is None or parameter.node is None or parameter.secret or str(parameter.type) != "string":
        return []
    found: list[_Value] = []
    for key in ("default", "allowed", "examples"):
        node = parameter.node.get(key)
        nodes: tuple[Node, ...] = getattr(node, "items", (node,) if node is not None else ())
        for one in nodes:
            text = getattr(one, "text", None)
            if text in _MATCH_ALL | _WILDCARDS and all(text != other.text for other in found):
                found.append(_Value(text, one.span))
    return found


def _in_variant(rendered: Rendered, given: dict[str, _Value], query: Query, context: Context) -> Iterator[Diagnostic]:
    if not rendered.ok:
        return
    from kqlpack.syntax import parse

    root = parse(rendered.file).root
    holes = [(segment, name) for segment in rendered.map.segments if (name := _named(segment, query)) in given]
    choices = [node for node in walk(root) if _is_choice(node)]
    for node in walk(root):
        literal = unparenthesized(node.right) if isinstance(node, BinaryExpression) else None
        if not isinstance(node, BinaryExpression) or not isinstance(literal, StringLiteral):
            continue
        outcome = _outcome(node.operator.lower(), literal.value)
        for segment, name in holes if outcome else ():
            value = given[name]
            if not _inside(segment, literal) or value.text != literal.value:
                continue
            if any(
                _inside(segment, one) and sum(_inside(hole, one) for hole, of in holes if of == name) > 1
                for one in choices
            ):
                continue  # `isempty({{ user }}) or ... has {{ user }}`: the query asks for the value itself
            yield context.finding(
                segment.origin,
                f'with the value `"{value.text}"` of `{name}`, `{node.operator} {{{{ {name} }}}}` {outcome}',
                help=f"put the filter into `{{% if {name} %}}`"
                + ("" if value.text == "" else ", and let an empty text stand for no filter"),
                related=[Annotation(query.parameters[name].file or query.file, value.span, "the value")],
            )


def _named(segment: Segment, query: Query) -> str:
    """Return the parameter that a hole consists of; any text for another hole, or for none."""
    text = query.file.text[segment.origin.start : segment.origin.end]
    return text.strip("{}-+ \t") if segment.rendered else ""


def _inside(segment: Segment, node: AnyNode) -> bool:
    return node.start <= segment.derived.start and segment.derived.end <= node.end


def _is_choice(node: AnyNode) -> bool:
    if isinstance(node, FunctionCall):
        return node.name.name in _CHOOSING
    return isinstance(node, BinaryExpression) and node.operator == "or"


def _outcome(operator: str, value: str) -> str:
    """Return what becomes of a comparison with this text, or nothing where it is a filter like any other."""
    negated = operator.startswith("!")
    plain = operator.removeprefix("!").removesuffix("_cs")
    if operator == _REGEX:
        return "is true for every row" if value in _MATCH_ALL else ""
    if plain not in _SEARCHES:
        return ""
    if value == "":
        return "is true for no row" if negated else "is true for every row"
    if value in _WILDCARDS:
        return f"looks for the character `{value}`, which is no wildcard in KQL"
    return ""
