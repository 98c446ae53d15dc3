"""Calls of scalar and aggregate functions. In: a FunctionCall whose arguments are typed. Out: its type and symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.model import FunctionKind
from kqlpack.catalog.types import ScalarType
from kqlpack.semantics import promotion, signatures
from kqlpack.semantics.bound import Symbol, SymbolKind
from kqlpack.semantics.expansions import PERCENTILES, SERIES
from kqlpack.semantics.scopes import LetFunction
from kqlpack.semantics.type_checks import arguments as arguments_check
from kqlpack.semantics.type_checks import contexts
from kqlpack.syntax.nodes import NamedExpression, NameReference, Star, StringLiteral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.catalog.model import Function
    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.relation import Row
    from kqlpack.semantics.scopes import Variable
    from kqlpack.syntax.nodes import FunctionCall, Node

# Signatures whose return rule is `Custom`: those that give back what they were given ...
_LIKE_FIRST_ARGUMENT = frozenset({"bin_auto", "any", "take_any", "arg_max", "arg_min", "argmax", "argmin"})
# ... those that give several columns (see `expansions`), which have no type of their own, and all others, which build
# arrays and bags.


def operands(call: FunctionCall) -> Sequence[Node]:
    """Return the arguments to type before the call."""
    return [argument for argument in call.arguments if not isinstance(argument, Star)]


def bind_call(binder: Binder, call: FunctionCall, row: Row) -> ScalarType:
    """Return the type of a call and note what its name stands for; report a name that stands for nothing."""
    name = call.name.name
    variable = binder.scope.find(name)
    if variable is not None:
        return _let_function(binder, call, variable)
    if name in _COLUMN_IF_EXISTS:
        return _column_if_exists(binder, call, row)
    function = _named(binder, name)
    if function is None:
        binder.check_function(call.name)
        return ScalarType.UNKNOWN
    type_ = _built_in(binder, call, function)
    binder.set_symbol(call.name, Symbol(SymbolKind.FUNCTION, name, type_, function=function))
    return type_


def _named(binder: Binder, name: str) -> Function | None:
    """Return the built-in of a name. `any` is also a function of graph patterns: elsewhere it is the aggregate."""
    if name == "any":
        return binder.catalog.aggregate(name)
    return binder.catalog.function(name) or binder.catalog.aggregate(name)


def _let_function(binder: Binder, call: FunctionCall, variable: Variable) -> ScalarType:
    if not isinstance(variable.value, LetFunction):
        return ScalarType.UNKNOWN
    arguments_check.check_let_call(binder, call, variable.value, len(call.arguments))
    result = binder.call_result(variable.value, call.arguments)
    type_ = result if isinstance(result, ScalarType) else ScalarType.UNKNOWN
    symbol = Symbol(SymbolKind.FUNCTION, variable.name, type_, declaration=variable.declaration)
    binder.set_symbol(call.name, symbol)
    return type_


def _built_in(binder: Binder, call: FunctionCall, function: Function) -> ScalarType:
    types = [binder.type_of(argument) for argument in call.arguments]
    if function.kind is FunctionKind.AGGREGATE:
        contexts.check_misplaced_aggregate(binder, call)
    arguments_check.check_call(binder, call, function, types)
    if any(signature.returns == "Custom" for signature in function.signatures):
        return _custom(function.name, types)
    arguments = [each.expression if isinstance(each, NamedExpression) else each for each in call.arguments]
    return signatures.return_type(function, arguments, types)


def _custom(name: str, types: list[ScalarType]) -> ScalarType:
    if name in _LIKE_FIRST_ARGUMENT:
        return types[0] if types else ScalarType.UNKNOWN
    if name in PERCENTILES:
        return promotion.promoted(types[0]) if types else ScalarType.UNKNOWN
    return ScalarType.UNKNOWN if name in SERIES else ScalarType.DYNAMIC


_COLUMN_IF_EXISTS = frozenset({"column_ifexists", "columnifexists"})


def _column_if_exists(binder: Binder, call: FunctionCall, row: Row) -> ScalarType:
    """Return the column's type where the row has it, the other value's where it can't have it."""
    function = binder.catalog.function(call.name.name)
    binder.set_symbol(call.name, Symbol(SymbolKind.FUNCTION, call.name.name, function=function))
    if len(call.arguments) != 2:
        return ScalarType.UNKNOWN
    wanted = constant_string(binder, call.arguments[0])
    found = row.relation.find(wanted) if wanted is not None else None
    if found is not None:
        return found.type
    other = binder.type_of(call.arguments[1])
    return other if wanted is not None and not row.relation.is_open else ScalarType.UNKNOWN


def constant_string(binder: Binder, node: Node) -> str | None:
    """Return the string that an argument is known to be: a literal, or a name that `let` gave to one."""
    if isinstance(node, NameReference):
        variable = binder.scope.find(node.name)
        node = variable.constant if variable is not None and variable.constant is not None else node
    return node.value if isinstance(node, StringLiteral) else None
