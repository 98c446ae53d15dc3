"""`union A, B`: columns are matched by name and type; one name with two types becomes `x_long` and `x_string`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.types import ScalarType
from kqlpack.semantics.operators.parameters import setting
from kqlpack.semantics.operators.wildcards import pattern_of
from kqlpack.semantics.relation import ANY_TABLE, NO_INPUT, UNKNOWN_RELATION, OutputColumns, Relation, computed
from kqlpack.syntax.nodes import PathExpression, WildcardedName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.semantics.binder import Binder
    from kqlpack.semantics.bound import Symbol
    from kqlpack.syntax.nodes import Node, UnionOperator

# More tables than this behind one wildcard are not looked into.
_MAX_TABLES = 200


def bind(node: UnionOperator, given: Relation, binder: Binder) -> Relation:
    """Bind the legs; with `isfuzzy` a leg that doesn't exist is no error."""
    legs = [] if given is NO_INPUT else [given]
    with binder.fuzzy(setting(node.parameters, "isfuzzy") == "true"):
        for table in node.tables:
            legs.extend(_legs(table, binder))
    inner = setting(node.parameters, "kind") == "inner"
    result = united(node, legs, inner=inner)
    source = setting(node.parameters, "withsource", "with_source")
    if not source:
        return result
    columns = OutputColumns([computed(source, ScalarType.STRING, node)])
    for column in result.columns:
        columns.add(column)
    return result.made(node, columns)


def _legs(table: Node, binder: Binder) -> list[Relation]:
    pattern = table
    if isinstance(table, PathExpression) and isinstance(table.selector, WildcardedName):
        return [UNKNOWN_RELATION]
    if not isinstance(pattern, WildcardedName):
        return [binder.tabular(table)]
    return wildcard_legs(pattern, binder)


def wildcard_legs(wildcard: WildcardedName, binder: Binder) -> list[Relation]:
    """Return the tables that a pattern matches, and an unknown one: a workspace may have more of them."""
    if wildcard.pattern == "*":
        return [ANY_TABLE]
    expression = pattern_of(wildcard.pattern)
    names = [name for name in binder.catalog.table_names() if expression.fullmatch(name)]
    if len(names) > _MAX_TABLES:
        return [UNKNOWN_RELATION]
    found = (binder.table(name) for name in names)
    return [*(relation for relation in found if relation is not None), UNKNOWN_RELATION]


def united(node: Node, legs: Sequence[Relation], *, inner: bool = False) -> Relation:
    """Return the columns of several legs together; with `inner` those that all of them have."""
    if not legs:
        return UNKNOWN_RELATION
    is_open = any(leg.is_open for leg in legs)
    by_name: dict[str, list[Symbol]] = {}
    for leg in legs:
        for column in leg.columns:
            by_name.setdefault(column.name, []).append(column)
    columns = OutputColumns()
    for name, found in by_name.items():
        if inner and len(found) < len(legs) and not is_open:
            continue
        types = list(dict.fromkeys(column.type for column in found))
        if len(types) == 1:
            columns.add(_merged(found))
        elif ScalarType.UNKNOWN in types:
            # Whether the name is split can't be told.
            is_open = True
            columns.add(computed(name, ScalarType.UNKNOWN, found[0].declaration, tuple(found), is_copy=True))
        elif not inner:
            for type_ in types:
                ones = tuple(column for column in found if column.type is type_)
                columns.add(computed(f"{name}_{type_}", type_, ones[0].declaration, ones, is_copy=True))
    return Relation(tuple(columns), is_open, node, legs[0])


def _merged(columns: Sequence[Symbol]) -> Symbol:
    """Return one column for several; it stays a table's column only where all are columns of that table."""
    first = columns[0]
    if all(column.table is first.table for column in columns[1:]):
        return first
    return computed(first.name, first.type, first.declaration, tuple(columns), is_copy=True)
