"""`T | invoke f(...)`: calls a function with T as its first argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.semantics.relation import UNKNOWN_RELATION, Relation
from kqlpack.semantics.scalars import variable_symbol
from kqlpack.semantics.scopes import LetFunction
from kqlpack.syntax.nodes import FunctionCall

if TYPE_CHECKING:
    from kqlpack.semantics.binder import Binder
    from kqlpack.syntax.nodes import InvokeOperator


def bind(node: InvokeOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the call of a function that the query declares; what any other yields is unknown."""
    call = node.call
    if not isinstance(call, FunctionCall):
        return UNKNOWN_RELATION
    variable = binder.scope.find(call.name.name)
    if variable is None:
        for argument in call.arguments:
            binder.scalar(argument, given)
        binder.check_function(call.name)
        # Advanced hunting's FileProfile and the like add columns to those of the input.
        known = binder.catalog.function(call.name.name) is not None
        return given.made(node, given.columns, is_open=True) if known else UNKNOWN_RELATION
    binder.set_symbol(call.name, variable_symbol(variable))
    if not isinstance(variable.value, LetFunction):
        return UNKNOWN_RELATION
    for argument in call.arguments:
        if not binder.is_tabular(argument):
            binder.scalar(argument, given)
    result = binder.call_result(variable.value, call.arguments, given)
    return result if isinstance(result, Relation) else UNKNOWN_RELATION
