"""Functions that a query declares. In: their declarations, and the arguments of a call. Out: what they yield."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.relation import UNKNOWN_RELATION, Relation
from kqlpack.semantics.scopes import LetFunction, Place, Scope, Variable
from kqlpack.semantics.sources import declared_columns
from kqlpack.syntax.nodes import (
    ExpressionStatement,
    FunctionCall,
    NamedExpression,
    NameReference,
    RowSchema,
    StringLiteral,
    TypeReference,
    unparenthesized,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import FunctionBody, FunctionDeclaration, FunctionParameter, Node

# What these yield depends on the value of a string.
_BY_STRING = frozenset({"table", "column_ifexists", "columnifexists"})


def declare_function(binder: Binder, declaration: FunctionDeclaration) -> LetFunction:
    """Bind a function's body with its parameters as declared."""
    outer = binder.scope
    binder.scope = Scope(outer)
    try:
        for parameter in declaration.parameters:
            if parameter.default is not None:
                binder.scalar(parameter.default)
            binder.scope.declare(_as_declared(parameter))
        with binder.nested() as allowed:
            result = bind_body(binder, declaration.body) if allowed else UNKNOWN_RELATION
    finally:
        binder.scope = outer
    return LetFunction(declaration, outer, result, _depends_on_arguments(declaration))


def bind_body(binder: Binder, body: FunctionBody) -> ScalarType | Relation | LetFunction | Place:
    """Bind the statements of a body in the current scope and return what the last one yields."""
    from kqlpack.semantics.statements import bind_query, bind_statement

    result: ScalarType | Relation | LetFunction | Place = ScalarType.UNKNOWN
    for statement in body.statements:
        if isinstance(statement, ExpressionStatement):
            result = bind_query(binder, statement.expression)
        else:
            bind_statement(binder, statement)
    return result


def parameter_type(parameter: FunctionParameter) -> ScalarType:
    """Return the type of a scalar parameter."""
    return scalar_type(parameter.type.name) if isinstance(parameter.type, TypeReference) else ScalarType.UNKNOWN


def _as_declared(parameter: FunctionParameter) -> Variable:
    name = parameter.name
    if isinstance(parameter.type, RowSchema):
        return Variable(name.name, declared_columns(parameter.type), name, kind=SymbolKind.PARAMETER)
    return Variable(name.name, parameter_type(parameter), name, kind=SymbolKind.PARAMETER)


def _depends_on_arguments(declaration: FunctionDeclaration) -> bool:
    if not declaration.parameters:
        return False
    if any(isinstance(parameter.type, RowSchema) for parameter in declaration.parameters):
        return True
    return any(isinstance(node, FunctionCall) and node.name.name in _BY_STRING for node in walk(declaration.body))


def parameter_variables(
    binder: Binder, function: LetFunction, arguments: Sequence[Node], piped: Relation | None
) -> list[Variable]:
    """Return a function's parameters with what one call gives them; `piped` comes first (`T | invoke f()`)."""
    given: list[tuple[Node | None, ScalarType | Relation | LetFunction | Place]] = []
    named: dict[str, tuple[Node | None, ScalarType | Relation | LetFunction | Place]] = {}
    if piped is not None:
        given.append((None, piped))
    for argument in arguments:
        if isinstance(argument, NamedExpression):
            named[argument.name.name] = (argument.expression, _value_of(binder, argument.expression))
        else:
            given.append((argument, _value_of(binder, argument)))
    result = []
    for index, parameter in enumerate(function.declaration.parameters):
        declared = _as_declared(parameter)
        default: tuple[Node | None, ScalarType | Relation | LetFunction | Place] = (parameter.default, declared.value)
        node, value = named.get(parameter.name.name) or (given[index] if index < len(given) else default)
        constant = _constant(binder, node)
        value = _tabular_argument(declared.value, value) if isinstance(declared.value, Relation) else declared.value
        result.append(Variable(declared.name, value, declared.declaration, constant, SymbolKind.PARAMETER))
    return result


def _value_of(binder: Binder, node: Node) -> ScalarType | Relation | LetFunction | Place:
    node = unparenthesized(node)
    return binder.after[node] if node in binder.after else binder.type_of(node)


def _tabular_argument(declared: Relation, value: ScalarType | Relation | LetFunction | Place) -> Relation:
    """Return what a tabular parameter holds: all of the argument, and what else the parameter declares."""
    if not isinstance(value, Relation):
        return declared
    missing = [column for column in declared.columns if value.find(column.name) is None]
    return Relation((*value.columns, *missing), value.is_open) if missing else value


def _constant(binder: Binder, node: Node | None) -> Node | None:
    if isinstance(node, NameReference):
        variable = binder.scope.find(node.name)
        return variable.constant if variable is not None else None
    return node if isinstance(node, StringLiteral) else None
