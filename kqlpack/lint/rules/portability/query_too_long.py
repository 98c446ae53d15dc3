"""query-too-long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# Source: the Microsoft Sentinel documentation's page "Scheduled analytics rules", on the query.
_LONGEST = 10_000


@rule(
    code="KQL703",
    group=Group.PORTABILITY,
    severity=Severity.ERROR,
    on=(QueryBlock,),
)
def query_too_long(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query of a Microsoft Sentinel rule that has more than 10,000 characters.

    A rule takes no longer one. Long lists belong in a watchlist, and what several queries share in a saved function.
    The query counts as it is rendered, with the values that its parameters have; comments count too.
    """
    publish = context.query.publish if context.query else None
    length = len(context.file.text.strip())
    if publish is None or publish.sentinel_rule is None or length <= _LONGEST:
        return
    yield context.finding(
        Span(root.start, min(root.start + 1, len(context.file.text))),
        f"this query has {length:,} characters, and a rule of Microsoft Sentinel takes 10,000",
        help="keep lists in a watchlist, and what queries share in a function",
    )
