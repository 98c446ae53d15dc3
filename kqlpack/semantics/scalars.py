"""The types of scalar expressions. In: an expression and the row that it sees. Out: a type for each of its nodes.

Nothing here recurses on depth: operands are typed before what they belong to, by a stack. Only a tabular expression
inside a scalar one (`toscalar`, `in (T | ...)`) goes back to the binder, which limits how deep that may nest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType, scalar_type
from kqlpack.semantics import calls, graph_calls, promotion
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.relation import NO_COLUMNS, Relation, hidden_column
from kqlpack.semantics.scopes import LetFunction, Place
from kqlpack.semantics.type_checks import contexts, operators
from kqlpack.syntax.nodes import (
    BetweenExpression,
    BinaryExpression,
    CompoundNamedExpression,
    DynamicLiteral,
    ElementExpression,
    FunctionCall,
    InExpression,
    Literal,
    NamedExpression,
    NameReference,
    OrderedExpression,
    ParenthesizedExpression,
    PathExpression,
    StringLiteral,
    ToScalarExpression,
    UnaryExpression,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Row
    from kqlpack.semantics.scopes import Value, Variable
    from kqlpack.syntax.nodes import Node

SIDES = ("$left", "$right")


def bind_scalar(binder: Binder, root: Node, row: Row) -> ScalarType:
    """Type `root` and everything below it, and return its type."""
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, operands_done = stack.pop()
        if operands_done:
            binder.set_type(node, _type_of(binder, node, row))
            continue
        if _is_tabular_here(binder, node, row):
            if isinstance(node, FunctionCall):
                _bind_scalar_arguments(binder, node, row)
            binder.tabular(node)
            continue
        if row.pattern is not None and isinstance(node, FunctionCall) and node.name.name in graph_calls.CALLS:
            binder.set_type(node, graph_calls.bind_call(binder, node, row.pattern))
            continue
        below = _operands(node)
        if below:
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(below))
        else:
            binder.set_type(node, _type_of(binder, node, row))
    return binder.type_of(root)


def _bind_scalar_arguments(binder: Binder, call: FunctionCall, row: Row) -> None:
    """Bind the arguments of a tabular call inside a scalar expression, where they see its columns."""
    for argument in call.arguments:
        inner = argument.expression if isinstance(argument, NamedExpression) else argument
        if not binder.is_tabular(inner):
            binder.scalar(argument, row)


def _is_tabular_here(binder: Binder, node: Node, row: Row) -> bool:
    """Tell whether a node is a table inside a scalar expression: columns, known or possible, come before tables."""
    if isinstance(node, NameReference):
        if row.relation.find(node.name) is not None:
            return False
        if row.relation.is_open and binder.scope.find(node.name) is None:
            return False
    return binder.is_tabular(node)


def _operands(node: Node) -> Sequence[Node]:
    """Return the expressions whose types a node's type is made of."""
    match node:
        case BinaryExpression():
            return (node.left, node.right)
        case InExpression():
            return (node.left, *node.right)
        case BetweenExpression():
            return (node.left, node.low, node.high)
        case UnaryExpression():
            return (node.operand,)
        case ElementExpression():
            return (node.expression, node.index)
        case PathExpression():
            # The selector is a name inside the value on its left, not a column.
            return () if _is_side(node.expression) else (node.expression,)
        case ParenthesizedExpression() | NamedExpression() | CompoundNamedExpression() | OrderedExpression():
            return (node.expression,)
        case FunctionCall():
            return calls.operands(node)
        case _:
            return ()


def _type_of(binder: Binder, node: Node, row: Row) -> ScalarType:  # noqa: C901, PLR0911 - one case per class
    """Return a node's type, those of its operands being known."""
    match node:
        case Literal():
            return scalar_type(node.kind)
        case StringLiteral():
            return ScalarType.STRING
        case DynamicLiteral():
            return ScalarType.DYNAMIC
        case NameReference():
            return _name(binder, node, row)
        case BinaryExpression():
            left, right = binder.type_of(node.left), binder.type_of(node.right)
            result = promotion.binary(left, node.operator, right)
            operators.check_binary(binder, node, left, right, result)
            return result
        case InExpression():
            operators.check_in(binder, node)
            return ScalarType.BOOL
        case BetweenExpression():
            operators.check_between(binder, node)
            return ScalarType.BOOL
        case UnaryExpression():
            operand = binder.type_of(node.operand)
            result = promotion.unary(operand)
            operators.check_unary(binder, node, operand, result)
            return result
        case PathExpression():
            return _path(binder, node, row)
        case ElementExpression():
            return _member_of(binder, node, node.expression)
        case ParenthesizedExpression() | NamedExpression() | CompoundNamedExpression() | OrderedExpression():
            return binder.type_of(node.expression)
        case FunctionCall():
            return calls.bind_call(binder, node, row)
        case ToScalarExpression():
            return _first_value(binder.value(node.expression))
        case _:
            return ScalarType.UNKNOWN


def _first_value(value: Value) -> ScalarType:
    """Return the type of what `toscalar` takes out of a table; a scalar stays itself."""
    if isinstance(value, Relation):
        return value.columns[0].type if value.columns else ScalarType.UNKNOWN
    return value if isinstance(value, ScalarType) else ScalarType.UNKNOWN


def _member_of(binder: Binder, node: Node, value: Node) -> ScalarType:
    type_ = binder.type_of(value)
    contexts.check_member(binder, node, value, type_)
    return ScalarType.DYNAMIC if type_ is ScalarType.DYNAMIC else ScalarType.UNKNOWN


def _is_side(node: Node) -> bool:
    return isinstance(node, NameReference) and node.name in SIDES


def _path(binder: Binder, node: PathExpression, row: Row) -> ScalarType:
    head, selector = node.expression, node.selector
    if isinstance(head, NameReference) and isinstance(selector, NameReference):
        if head.name in SIDES:
            side = row.left if head.name == "$left" else row.right
            return column(binder, selector, side) if side is not None else ScalarType.UNKNOWN
        if head.name in row.steps:
            return column(binder, selector, row.relation)
        if row.pattern is not None and head.name in row.pattern.variables:
            return column(binder, selector, row.pattern.variables[head.name])
    return _member_of(binder, node, head)


def _name(binder: Binder, node: NameReference, row: Row) -> ScalarType:
    found = row.relation.find(node.name)
    if found is not None:
        binder.set_symbol(node, found)
        return found.type
    variable = binder.scope.find(node.name)
    if variable is not None:
        return _variable(binder, node, variable)
    if node.name in SIDES or node.name in row.steps:
        return ScalarType.UNKNOWN
    if row.pattern is not None and node.name in row.pattern.variables:
        return ScalarType.DYNAMIC if node.name in row.pattern.paths else ScalarType.UNKNOWN
    return column(binder, node, row.relation)


def _variable(binder: Binder, node: NameReference, variable: Variable) -> ScalarType:
    binder.set_symbol(node, variable_symbol(variable))
    match variable.value:
        case ScalarType() as type_:
            return type_
        case LetFunction(result=ScalarType() as type_):
            return type_
        case _:
            return ScalarType.UNKNOWN


def variable_symbol(variable: Variable) -> Symbol:
    """Return what a name that `let`, `as` or a parameter gave stands for."""
    kind = SymbolKind.FUNCTION if isinstance(variable.value, LetFunction) else variable.kind
    value = variable.value.result if isinstance(variable.value, LetFunction) else variable.value
    match value:
        case Relation():
            return Symbol(kind, variable.name, schema=value.schema(), declaration=variable.declaration)
        case ScalarType():
            return Symbol(kind, variable.name, value, declaration=variable.declaration)
        case Place() | LetFunction():
            return Symbol(kind, variable.name, declaration=variable.declaration)


def column(binder: Binder, node: NameReference, relation: Relation) -> ScalarType:
    """Bind a name that can only be a column of `relation`; where it can't be, say so."""
    found = relation.find(node.name)
    if found is not None:
        binder.set_symbol(node, found)
        return found.type
    hidden = hidden_column(node.name, relation)
    if hidden is not None:
        binder.set_symbol(node, hidden)
        return hidden.type
    if relation.is_open:
        binder.set_symbol(node, Symbol(SymbolKind.COLUMN, node.name))
        binder.unknown.open_column(node, relation)
    elif relation is NO_COLUMNS:
        binder.unknown.variable(node, binder.scope)
    else:
        binder.unknown.column(node, relation)
    return ScalarType.UNKNOWN
