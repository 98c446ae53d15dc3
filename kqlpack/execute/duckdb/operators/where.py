"""`where`: rows for which the predicate is true; null counts as false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.execute.duckdb.comparisons import boolean

if TYPE_CHECKING:
    from kqlpack.execute.duckdb.compile import Compiler
    from kqlpack.execute.duckdb.scope import Scope
    from kqlpack.execute.duckdb.sql import Relation
    from kqlpack.syntax.nodes import WhereOperator


def compile_where(compiler: Compiler, relation: Relation, node: WhereOperator, scope: Scope) -> Relation:
    """Add a WHERE."""
    predicate = boolean(compiler, node.predicate, scope)
    # A window function can stand in QUALIFY only.
    word = "QUALIFY" if predicate.window else "WHERE"
    return compiler.project(relation, compiler.columns(relation), f"{word} {predicate}")
