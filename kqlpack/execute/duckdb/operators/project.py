"""`project` and its kin, and `extend`: which columns go on, under which names, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.errors import ExecutionError, UnsupportedError
from kqlpack.execute.duckdb.operators.columns import Outputs, matching, place
from kqlpack.semantics.operators.project_by_names import written_names
from kqlpack.semantics.operators.wildcards import pattern_of
from kqlpack.syntax.nodes import NamedExpression, NameReference, OrderedExpression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.syntax.nodes import (
        ExtendOperator,
        Node,
        ProjectAwayOperator,
        ProjectByNamesOperator,
        ProjectKeepOperator,
        ProjectOperator,
        ProjectRenameOperator,
        ProjectReorderOperator,
    )


def compile_project(compiler: Compiler, relation: Relation, node: ProjectOperator, scope: Scope) -> Relation:
    """Compile `project`."""
    return compiler.project(relation, place(compiler, Outputs(), node.expressions, scope).listed())


def compile_extend(compiler: Compiler, relation: Relation, node: ExtendOperator, scope: Scope) -> Relation:
    """Compile `extend`: every expression sees the input's columns only."""
    return extend(compiler, relation, node.expressions, scope)


def extend(compiler: Compiler, relation: Relation, nodes: Sequence[Node], scope: Scope) -> Relation:
    """Add columns; a given name replaces the column of that name in its place."""
    return compiler.project(relation, place(compiler, Outputs(compiler.columns(relation)), nodes, scope).listed())


def compile_project_away(compiler: Compiler, relation: Relation, node: ProjectAwayOperator, scope: Scope) -> Relation:
    """Compile `project-away`."""
    del scope
    gone = {name for each in node.expressions for name in matching(relation, each)}
    return compiler.project(relation, [column for column in compiler.columns(relation) if column[0] not in gone])


def compile_project_keep(compiler: Compiler, relation: Relation, node: ProjectKeepOperator, scope: Scope) -> Relation:
    """Compile `project-keep`: the columns stay in the input's order."""
    del scope
    kept = {name for each in node.expressions for name in matching(relation, each)}
    return compiler.project(relation, [column for column in compiler.columns(relation) if column[0] in kept])


def compile_project_by_names(
    compiler: Compiler, relation: Relation, node: ProjectByNamesOperator, scope: Scope
) -> Relation:
    """Compile `project-by-names`: the columns in the order of the list, each once."""
    del scope
    names = written_names(node.expressions)
    if names is None:
        raise UnsupportedError("project-by-names with names that are worked out while the query runs", node.span)
    columns = dict(compiler.columns(relation))
    kept = dict.fromkeys(column for name in names for column in columns if pattern_of(name).fullmatch(column))
    return compiler.project(relation, [(name, columns[name]) for name in kept])


def compile_project_rename(
    compiler: Compiler, relation: Relation, node: ProjectRenameOperator, scope: Scope
) -> Relation:
    """Compile `project-rename`."""
    del scope
    new_names: dict[str, str] = {}
    for each in node.expressions:
        if not isinstance(each, NamedExpression) or not isinstance(each.expression, NameReference):
            raise UnsupportedError("project-rename of anything but a column", each.span)
        matching(relation, each.expression)
        new_names[each.expression.name] = each.name.name
    columns = [(new_names.get(name, name), value) for name, value in compiler.columns(relation)]
    listed = [name for name, _ in columns]
    for name in listed:
        if listed.count(name) > 1:
            raise ExecutionError(f"`project-rename` gives the name `{name}` to two columns", node.span)
    return compiler.project(relation, columns)


def compile_project_reorder(
    compiler: Compiler, relation: Relation, node: ProjectReorderOperator, scope: Scope
) -> Relation:
    """Compile `project-reorder`: the columns named go first, the others follow as they were."""
    del scope
    order: list[str] = []
    plain = {each.name for each in node.expressions if isinstance(each, NameReference)}
    for each in node.expressions:
        pattern = each.expression if isinstance(each, OrderedExpression) else each
        found = matching(relation, each)
        if not isinstance(pattern, NameReference):
            found = [name for name in found if name not in plain]
        if isinstance(each, OrderedExpression) and each.order is not None:
            if each.order not in {"asc", "desc"}:
                raise UnsupportedError(f"the order `{each.order}`", each.span)
            found.sort(reverse=each.order == "desc")
        order.extend(name for name in found if name not in order)
    columns = dict(compiler.columns(relation))
    rest = [name for name in columns if name not in order]
    return compiler.project(relation, [(name, columns[name]) for name in [*order, *rest]])
