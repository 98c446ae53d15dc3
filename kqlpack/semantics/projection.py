"""The columns that expressions become, in project, extend, summarize, ... In: expressions. Out: columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.bound import Origin
from kqlpack.semantics.expansions import expand
from kqlpack.semantics.relation import OutputColumns, Row, computed
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import (
    CompoundNamedExpression,
    FunctionCall,
    NamedExpression,
    NameReference,
    OrderedExpression,
    Star,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.semantics.relation import Relation
    from kqlpack.syntax.nodes import Node


@dataclass(frozen=True, slots=True)
class Output:
    """A column that an expression becomes. `is_named`: the query says its name; an automatic one may be numbered."""

    column: Symbol
    is_named: bool


def bind_outputs(binder: Binder, expression: Node, row: Row | Relation, keys: Container[str] = ()) -> list[Output]:
    """Bind one expression of a list and return the columns that it becomes; a name of "" is `Column1`."""
    row = row if isinstance(row, Row) else Row(row)
    match expression:
        case Star():
            return [Output(column, is_named=False) for column in row.relation.columns]
        case OrderedExpression():
            return bind_outputs(binder, expression.expression, row, keys)
        case NamedExpression():
            binder.scalar(expression, row)
            return _named(binder, expression, row, keys)
        case CompoundNamedExpression():
            binder.scalar(expression, row)
            return _compound(binder, expression, row, keys)
        case _:
            type_ = binder.scalar(expression, row)
            several = expand(binder, expression, row, keys)
            if several is not None:
                return [Output(column, is_named=False) for column in several]
            name = result_name(binder.catalog, expression)
            column = _passed_on(expression, row, name)
            if column is None:
                column = computed(name, type_, expression, (Origin(expression, binder.symbols),))
            return [Output(column, is_named=False)]


def _named(binder: Binder, expression: NamedExpression, row: Row, keys: Container[str]) -> list[Output]:
    name, value = expression.name, expression.expression
    several = expand(binder, value, row, keys)
    if several:
        first, *others = several
        return [
            Output(computed(name.name, first.type, name, (first,), is_copy=True), is_named=True),
            *(Output(column, is_named=False) for column in others),
        ]
    column = _passed_on(value, row, name.name)
    if column is None:
        is_copy = isinstance(unparenthesized(value), NameReference)
        origin = Origin(value, binder.symbols)
        column = computed(name.name, binder.type_of(value), name, (origin,), is_copy=is_copy)
    return [Output(column, is_named=True)]


def _compound(binder: Binder, expression: CompoundNamedExpression, row: Row, keys: Container[str]) -> list[Output]:
    several = expand(binder, expression.expression, row, keys)
    if several is None:
        origin = Origin(expression.expression, binder.symbols)
        several = [computed("", binder.type_of(expression.expression), expression, (origin,))]
    result = [
        Output(
            computed(name.name, several[index].type, name, (several[index],), is_copy=True)
            if index < len(several)
            else computed(name.name, ScalarType.UNKNOWN, name),
            is_named=True,
        )
        for index, name in enumerate(expression.names)
    ]
    result.extend(Output(column, is_named=False) for column in several[len(expression.names) :])
    return result


def _passed_on(expression: Node, row: Row, name: str) -> Symbol | None:
    """Return the column that an expression merely passes on under its own name."""
    expression = unparenthesized(expression)
    if isinstance(expression, NameReference) and expression.name == name:
        return row.relation.find(name)
    return None


def is_unknown_call(binder: Binder, expression: Node) -> bool:
    """Tell whether an expression calls what isn't known, so that it may become any columns.

    With a name of its own it is one column, unless it is given all columns (`arx_max(x, *)`).
    """
    inner = expression.expression if isinstance(expression, NamedExpression) else expression
    if not isinstance(inner, FunctionCall) or binder.scope.find(inner.name.name) is not None:
        return False
    if inner is not expression and not any(isinstance(argument, Star) for argument in inner.arguments):
        return False
    name = inner.name.name
    return binder.catalog.function(name) is None and binder.catalog.aggregate(name) is None


def place(columns: OutputColumns, outputs: Iterable[Output]) -> None:
    """Add columns to an operator's output; those without any name become `Column1`, `Column2`, ..."""
    for output in outputs:
        column = output.column
        if output.is_named:
            columns.put(column)
        elif column.name:
            columns.add(column)
        else:
            columns.add_unnamed(column)
