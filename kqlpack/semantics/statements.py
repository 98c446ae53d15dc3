"""Statements. In: a statement. Out: what the query's result is, and names in the binder's scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.bound import SymbolKind
from kqlpack.semantics.functions import declare_function, parameter_type
from kqlpack.semantics.relation import UNKNOWN_RELATION, Relation
from kqlpack.semantics.scopes import Place, Variable
from kqlpack.syntax.nodes import (
    AliasStatement,
    EntityGroup,
    ExpressionStatement,
    FunctionCall,
    FunctionDeclaration,
    LetStatement,
    Literal,
    NameReference,
    PatternStatement,
    QueryParametersStatement,
    StringLiteral,
    unparenthesized,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.scopes import LetFunction
    from kqlpack.syntax.nodes import Node


def bind_statements(binder: Binder, statements: Iterable[Node]) -> Relation | None:
    """Bind statements in turn; return what the last query among them yields, None where there is none."""
    result: Relation | None = None
    for statement in statements:
        if isinstance(statement, ExpressionStatement):
            value = bind_query(binder, statement.expression)
            result = value if isinstance(value, Relation) else UNKNOWN_RELATION
        else:
            bind_statement(binder, statement)
    return result


def bind_query(binder: Binder, node: Node) -> ScalarType | Relation | Place:
    """Bind the expression of a statement that yields something."""
    inner = unparenthesized(node)
    # A name or a call that is a whole statement stands in a table's place, unless it is known for something else.
    if isinstance(inner, NameReference) and binder.scope.find(inner.name) is None:
        return binder.tabular(node)
    if isinstance(inner, FunctionCall) and not binder.is_scalar_function(inner.name.name):
        return binder.tabular(node)
    return binder.value(node)


def bind_statement(binder: Binder, statement: Node) -> None:
    """Bind a statement that yields nothing itself."""
    match statement:
        case LetStatement():
            _let(binder, statement)
        case QueryParametersStatement():
            for parameter in statement.parameters:
                if parameter.default is not None:
                    binder.scalar(parameter.default)
                name = parameter.name
                variable = Variable(name.name, parameter_type(parameter), name, kind=SymbolKind.PARAMETER)
                binder.scope.declare(variable)
        case AliasStatement():
            # What it stands for is in another cluster.
            binder.scope.declare(Variable(statement.name.name, Place(is_known=False), statement.name))
        case PatternStatement():
            binder.scope.declare(Variable(statement.name.name, ScalarType.UNKNOWN, statement.name))
        case _:
            # set and restrict give no names to the query.
            pass


def _let(binder: Binder, statement: LetStatement) -> None:
    expression = statement.expression
    value: ScalarType | Relation | LetFunction | Place
    if isinstance(expression, FunctionDeclaration):
        value = declare_function(binder, expression)
    elif isinstance(expression, EntityGroup):
        value = ScalarType.UNKNOWN
    else:
        value = binder.value(expression)
    inner = unparenthesized(expression)
    constant: Node | None = inner if isinstance(inner, (StringLiteral, Literal)) else None
    if isinstance(inner, NameReference):
        variable = binder.scope.find(inner.name)
        constant = variable.constant if variable is not None else None
    binder.scope.declare(Variable(statement.name.name, value, statement.name, constant))
