"""Which filters could stand further up in their pipe. In: a `where` in a pipe. Out: `Lift`, and the fix that moves it.

A filter may pass an operator that works row by row, where it names no column that the operator makes or changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.lint import surroundings
from kqlpack.lint.context import replacing
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import (
    CompoundNamedExpression,
    ExtendOperator,
    JoinOperator,
    LookupOperator,
    MvExpandOperator,
    NameDeclaration,
    NamedExpression,
    NameReference,
    ParseKvOperator,
    ParseOperator,
    PipeExpression,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectOperator,
    ProjectRenameOperator,
    ProjectReorderOperator,
    SortOperator,
    WhereOperator,
    walk,
)

if TYPE_CHECKING:
    from kqlpack.diagnostics import Fix
    from kqlpack.lint.context import KqlContext
    from kqlpack.syntax.nodes import Node, TabularOperator

# Functions that take a text apart. Source: the Kusto documentation's best practices, on parsing after filtering.
PARSERS = frozenset(
    {
        "parse_json",
        "todynamic",
        "parse_xml",
        "parse_csv",
        "parse_url",
        "parse_urlquery",
        "parse_path",
        "parse_user_agent",
    }
    | {"extract", "extract_all", "extract_json", "extractjson", "parsejson", "extractall", "parse_command_line"}
)


@dataclass(frozen=True, slots=True)
class Lift:
    """A filter, and the steps that it may pass, the first of the pipe first."""

    pipe: PipeExpression
    passed: tuple[PipeExpression, ...]

    @property
    def operators(self) -> list[Node]:
        """The operators that the filter may pass."""
        return [step.operator for step in self.passed]


def lift(pipe: PipeExpression, context: KqlContext) -> Lift:
    """Return how far the filter at the end of this pipe may move up."""
    assert isinstance(pipe.operator, WhereOperator)  # noqa: S101 - callers ask for nothing else
    predicate = pipe.operator.predicate
    named = surroundings.columns_named(predicate, context)
    passed: list[PipeExpression] = []
    if named and surroundings.is_row_by_row(predicate):
        for step in surroundings.pipes(pipe)[1:]:
            if not named.isdisjoint(changed(step.operator, context, named)):
                break
            passed.append(step)
    return Lift(pipe, tuple(reversed(passed)))


def trimmed(found: Lift, kinds: tuple[type[Node], ...]) -> Lift | None:
    """Return the part of a lift that begins with what costs something: one of `kinds`, or what takes texts apart."""
    for index, step in enumerate(found.passed):
        if isinstance(step.operator, kinds) or is_parsing(step.operator):
            return Lift(found.pipe, found.passed[index:])
    return None


def is_parsing(operator: Node) -> bool:
    """Tell whether an operator takes texts apart."""
    if isinstance(operator, ParseOperator | ParseKvOperator):
        return True
    return isinstance(operator, ExtendOperator | ProjectOperator) and not PARSERS.isdisjoint(
        surroundings.calls_in(operator)
    )


def moved(found: Lift, title: str, context: KqlContext) -> Fix | None:
    """Return the fix that moves the filter up: each step takes the text of the one before it. None where comments are.

    The pipes between the steps stay where they are, so that the fix writes no line of its own.
    """
    steps = [*found.passed, found.pipe]
    if any(surroundings.is_commented(surroundings.between(step), context) for step in steps):
        return None
    texts = [found.pipe.operator, *(step.operator for step in found.passed)]
    edits = [(step.operator.span, context.text(text)) for step, text in zip(steps, texts, strict=True)]
    return replacing(title, *edits)


def changed(operator: Node, context: KqlContext, named: frozenset[str]) -> frozenset[str]:
    """Return the columns that an operator makes or changes; `named`, all of them, where a filter can't pass it."""
    match operator:
        case WhereOperator() | SortOperator() if surroundings.is_row_by_row(operator):
            return frozenset()
        case ExtendOperator() | ProjectOperator() if surroundings.is_row_by_row(operator):
            made = _outputs(operator, context)
            # What has no name is called `Column1`, or `Column2`, ...
            return named if "" in made else made
        case ProjectRenameOperator():
            return _outputs(operator, context)
        case ParseOperator() | ParseKvOperator():
            return _declared(operator)
        case MvExpandOperator() if not operator.parameters:
            return _expanded(operator, context)
        case JoinOperator() | LookupOperator():
            return frozenset() if _is_left_only(operator, context, named) else named
        case ProjectAwayOperator() | ProjectKeepOperator() | ProjectReorderOperator():
            return frozenset()
        case _:
            return named


def kind_of_join(operator: JoinOperator | LookupOperator) -> str:
    """Return what kind a join or a lookup is, KQL's own choice included."""
    for parameter in operator.parameters:
        if parameter.name.name.lower() == "kind":
            value = parameter.value
            return value.name.lower() if isinstance(value, NameReference) else "unknown"
    return "innerunique" if isinstance(operator, JoinOperator) else "leftouter"


# Each row on the left is looked at for itself, and comes out with its own columns.
_KEEP_LEFT = frozenset({"inner", "leftouter", "leftsemi", "leftanti", "anti", "leftantisemi"})


def _is_left_only(operator: JoinOperator | LookupOperator, context: KqlContext, named: frozenset[str]) -> bool:
    left = {column.name for column in context.bound.schema_before(operator).columns}
    return kind_of_join(operator) in _KEEP_LEFT and named <= left


def _outputs(operator: ExtendOperator | ProjectOperator | ProjectRenameOperator, context: KqlContext) -> frozenset[str]:
    found: set[str] = set()
    for expression in operator.expressions:
        if isinstance(expression, NamedExpression):
            found.add(expression.name.name)
        elif isinstance(expression, CompoundNamedExpression):
            found.update(name.name for name in expression.names)
        elif not isinstance(expression, NameReference):
            found.add(result_name(context.bound.catalog, expression))
    return frozenset(found)


def _declared(operator: TabularOperator) -> frozenset[str]:
    return frozenset(node.name for node in walk(operator) if isinstance(node, NameDeclaration))


def _expanded(operator: MvExpandOperator, context: KqlContext) -> frozenset[str]:
    found = set(_declared(operator))
    for item in operator.items:
        if not isinstance(item.expression, NamedExpression):
            found.add(result_name(context.bound.catalog, item.expression))
    return frozenset(found)
