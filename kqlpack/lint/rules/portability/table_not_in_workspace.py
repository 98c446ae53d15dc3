"""table-not-in-workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.time_bounds import time_bounds
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(
    code="KQL792",
    group=Group.PORTABILITY,
    severity=Severity.WARNING,
    on=(QueryBlock,),
)
def table_not_in_workspace(_root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a table that the workspace does not have, as its profile says.

    A table comes into being when its first rows do. As long as no diagnostic setting, connector or agent sends any, the
    query fails, or, behind `union isfuzzy=true`, silently finds less. With `kqlpack lint --profile FILE`, where the
    profile says that it is complete.

    The table is known to kqlpack, so that its name is not the fault: switch on what writes it, or leave the query out
    for this workspace.
    """
    profile = context.bound.catalog.profile
    if profile is None or not profile.is_whole:
        return
    seen: set[str] = set()
    for read in time_bounds(context.bound).reads:
        if read.table in profile.tables or read.table in seen:
            continue
        seen.add(read.table)
        source = context.bound.catalog.log_source(read.table)
        of = f", of the {source} logs," if source else ""
        yield context.finding(
            read.node.span,
            f"the workspace has no table `{read.table}`{of} so that the query fails there",
            help="switch on what writes it (a diagnostic setting, a connector, a data collection rule)",
        )
