"""Which columns an operator yields and how they are called. In: the expressions of project, extend, ... Out: names.

The names are those that binding finds (`kqlpack.semantics.projection`): a name that the query gives replaces a column
that has it, an automatic one gets a number behind it where it is taken, and what has no name is `Column1`, `Column2`,
...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.semantics.operators.wildcards import pattern_of
from kqlpack.semantics.result_names import result_name
from kqlpack.syntax.nodes import (
    CompoundNamedExpression,
    FunctionCall,
    NamedExpression,
    NameReference,
    OrderedExpression,
    Star,
    WildcardedName,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation, Sql
    from kqlpack.syntax.nodes import Node


class Outputs:
    """The columns that an operator yields, in order."""

    def __init__(self, columns: Iterable[tuple[str, Sql]] = ()) -> None:
        """Start with some columns."""
        self._columns: dict[str, Sql] = dict(columns)

    def put(self, name: str, value: Sql) -> str:
        """Take a column under a name that the query gives; return the name."""
        self._columns[name] = value
        return name

    def add(self, name: str, value: Sql) -> str:
        """Take a column under an automatic name, "" where there is none; return the name it gets."""
        number = 0 if name else 1
        stem = name or "Column"
        found = name or "Column1"
        while found in self._columns:
            number += 1
            found = f"{stem}{number}"
        self._columns[found] = value
        return found

    def listed(self) -> list[tuple[str, Sql]]:
        """Return the columns."""
        return list(self._columns.items())

    def __contains__(self, name: str) -> bool:
        """Tell whether a column has this name."""
        return name in self._columns


def split_name(node: Node) -> tuple[str | None, Node]:
    """Return the given name and the expression."""
    if isinstance(node, CompoundNamedExpression):
        raise UnsupportedError("several names for one expression", node.span)
    if isinstance(node, OrderedExpression):
        return split_name(node.expression)
    if isinstance(node, NamedExpression):
        return node.name.name, node.expression
    return None, node


def place(compiler: Compiler, outputs: Outputs, nodes: Sequence[Node], scope: Scope) -> Outputs:
    """Compile expressions and add the columns that they become."""
    for node in nodes:
        given, expression = split_name(node)
        if isinstance(expression, Star) and scope.row is not None:
            for field in scope.row.fields:
                outputs.add(field.name, scope.row.column(field))
            continue
        check_one_column(compiler, expression)
        value = compiler.scalar(expression, scope)
        if given is not None:
            outputs.put(given, value)
        else:
            outputs.add(automatic_name(compiler, expression), value)
    return outputs


def check_one_column(compiler: Compiler, node: Node) -> None:
    """Refuse a call that becomes several columns: sorting several arrays at once."""
    if isinstance(node, FunctionCall) and node.name.name in {"array_sort_asc", "array_sort_desc"}:
        arrays = [each for each in node.arguments if compiler.bound.type_of(each) is not ScalarType.BOOL]
        if len(arrays) > 1:
            raise UnsupportedError("several columns of one call", node.span, "take one of them, as with [0]")


def automatic_name(compiler: Compiler, node: Node) -> str:
    """Return the name that KQL gives to an expression's column, "" for none."""
    return result_name(compiler.catalog, node)


def matching(relation: Relation, node: Node) -> list[str]:
    """Return the columns that a name or a pattern over names stands for, in the relation's order."""
    if isinstance(node, OrderedExpression):
        return matching(relation, node.expression)
    if isinstance(node, Star):
        return [field.name for field in relation.fields]
    if isinstance(node, WildcardedName):
        return [field.name for field in relation.fields if matches(node.pattern, field.name)]
    if isinstance(node, NameReference):
        if relation.field(node.name) is None:
            raise ExecutionError(f"there is no column `{node.name}` here", node.span)
        return [node.name]
    raise UnsupportedError("an expression where a column's name is wanted", node.span)


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name fits a pattern, in which `*` stands for anything."""
    return pattern_of(pattern).fullmatch(name) is not None
