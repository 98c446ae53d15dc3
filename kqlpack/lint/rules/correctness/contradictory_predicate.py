"""contradictory-predicate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, FunctionCall, InExpression, PipeExpression, WhereOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.lint.predicates import Constant
    from kqlpack.syntax.nodes import Node

_EMPTY: Final = frozenset({"isempty"})
_LISTED: Final = {"in": True, "in~": False}
_EXCLUDED: Final = {"!in": True, "!in~": False}
_EQUAL: Final = {"==": True, "=~": False}
_UNEQUAL: Final = {"!=": True, "<>": True, "!~": False}
# Operators whose text must occur somewhere in the value; `has` asks for more than that.
_PARTS: Final = frozenset({"contains", "has", "hasprefix", "hassuffix"})


class _Condition(NamedTuple):
    """What one condition demands of a column: one of `values`, none of `values`, or a text that fits `text`."""

    node: Node
    place: str
    kind: str
    values: frozenset[Constant] = frozenset()
    is_exact: bool = True
    text: str = ""


@rule(
    code="KQL220",
    group=Group.CORRECTNESS,
    severity=Severity.ERROR,
    on=(BinaryExpression, PipeExpression),
)
def contradictory_predicate(node: BinaryExpression | PipeExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find conditions on one column that no value can meet together, so that nothing is found.

    A column has one value in each row. Two different values joined by `and` are most often meant as a list; the same
    happens with two `where` in a row.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName == "Azure Portal" and AppDisplayName == "Azure CLI"
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where AppDisplayName in ("Azure Portal", "Azure CLI")
    ```

    Read are `==`, `=~`, `in`, their opposites, `isempty()`, and, beside a fixed value, `contains`, `has`, `startswith`
    and `endswith`. Ranges that exclude each other are found by `reversed-range`. What a template's parameters make of
    it is the caller's affair.
    """
    if isinstance(node, BinaryExpression):
        if node.operator != "and":
            return
        earlier, later = _conditions(node.left, context), _conditions(node.right, context)
    else:
        if not isinstance(node.operator, WhereOperator):
            return
        later = _conditions(node.operator.predicate, context)
        earlier = [
            condition for operator in _filters_before(node) for condition in _conditions(operator.predicate, context)
        ]
    for one in later:
        for other in earlier:
            if one.place == other.place and (why := _excluded(one, other) or _excluded(other, one)):
                yield context.finding(
                    one.node.span,
                    f"`{one.place}` {why}, so this finds nothing",
                    help="write `or`, or `in (...)`, if either will do; otherwise take one of them out",
                    related=[context.note(other.node.span, "the other condition")],
                )
                return


def _filters_before(pipe: PipeExpression) -> Iterator[WhereOperator]:
    for operator in predicates.operators_before(pipe):
        if not isinstance(operator, WhereOperator):
            return
        yield operator


def _conditions(node: Node, context: KqlContext) -> list[_Condition]:
    return [
        found
        for one in predicates.parts(node, "and")
        if predicates.is_written(one, context) and (found := _condition(one, context)) is not None
    ]


def _condition(node: Node, context: KqlContext) -> _Condition | None:
    if isinstance(node, InExpression) and node.operator in {**_LISTED, **_EXCLUDED}:
        values = [predicates.value(item, context) for item in node.right]
        known = frozenset(one for one in values if one is not None)
        place = predicates.place(node.left, context)
        if not place or len(known) != len(set(values)):
            return None
        kind = "one" if node.operator in _LISTED else "none"
        return _folded(_Condition(node, place, kind, known, not node.operator.endswith("~")))
    if isinstance(node, FunctionCall) and operands.calls(node, context, _EMPTY) and len(node.arguments) == 1:
        place = predicates.place(node.arguments[0], context)
        return _Condition(node, place, "empty") if place else None
    if isinstance(node, BinaryExpression):
        for side, other in ((node.left, node.right), (node.right, node.left)):
            place, value = predicates.place(side, context), predicates.value(other, context)
            if not place or value is None:
                continue
            if node.operator in {**_EQUAL, **_UNEQUAL}:
                kind = "one" if node.operator in _EQUAL else "none"
                return _folded(_Condition(node, place, kind, frozenset({value}), "~" not in node.operator))
            if side is node.left and value.kind == "text":
                return _Condition(node, place, node.operator, text=str(value.value).lower())
    return None


def _folded(condition: _Condition) -> _Condition:
    if condition.is_exact:
        return condition
    return condition._replace(values=frozenset(map(_lower, condition.values)))


def _lower(value: Constant) -> Constant:
    return value._replace(value=value.value.lower()) if isinstance(value.value, str) else value


def _excluded(one: _Condition, other: _Condition) -> str:
    """Return why no value that `one` lets through passes `other`; empty where some may."""
    if one.kind != "one":
        return ""
    # Where either ignores case, both are taken without it: fewer contradictions, none of them wrong.
    is_exact = one.is_exact and other.is_exact
    mine = one.values if is_exact else frozenset(map(_lower, one.values))
    theirs = other.values if is_exact else frozenset(map(_lower, other.values))
    kinds = {value.kind for value in mine | theirs}
    if other.kind == "one":
        return "can't have both values at once" if len(kinds) == 1 and not mine & theirs else ""
    if other.kind == "none":
        # What an operator leaves out by exact case says nothing about the other spellings.
        is_told = one.is_exact or not other.is_exact
        return "is asked for a value that is left out" if is_told and mine <= theirs else ""
    if kinds != {"text"}:
        return ""
    if other.kind == "empty":
        return "can't be empty and have a value" if all(value.value for value in mine) else ""
    texts = [str(value.value).lower() for value in mine]
    if other.kind in _PARTS:
        fits = any(other.text in text for text in texts)
    elif other.kind == "startswith":
        fits = any(text.startswith(other.text) for text in texts)
    elif other.kind == "endswith":
        fits = any(text.endswith(other.text) for text in texts)
    elif other.kind == "!contains":
        fits = any(other.text not in text for text in texts)
    elif other.kind == "!startswith":
        fits = any(not text.startswith(other.text) for text in texts)
    elif other.kind == "!endswith":
        fits = any(not text.endswith(other.text) for text in texts)
    else:
        return ""
    return "" if fits else f"has no value that meets both this and `{other.kind}`"
