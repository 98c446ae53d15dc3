"""personal-data-projected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.semantics.origins import lineage
from kqlpack.syntax.nodes import ExpressionStatement, PipeExpression, QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.semantics.origins import SourceColumn


@rule(
    code="KQL812",
    group=Group.SECURITY,
    severity=Severity.INFO,
    on=(QueryBlock,),
    opt_in=True,
)
def personal_data_projected(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a result that holds personal data.

    Results are exported, pasted into tickets and kept. Where that is a question, this rule tells which queries yield
    names, addresses of mail and the like, by what is known of the tables' columns.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project TimeGenerated, Who = UserPrincipalName
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | project TimeGenerated, Who = hash_sha256(ResourceId)
    ```

    The rule runs where it is asked for: to find somebody, most queries have to name them.
    """
    last = root.statements[-1] if root.statements else None
    if not isinstance(last, ExpressionStatement):
        return
    personal = [one.column for one in lineage(context.bound) if any(_is_personal(s, context) for s in one.sources)]
    if personal:
        where = last.expression.operator if isinstance(last.expression, PipeExpression) else last.expression
        names = ", ".join(f"`{name}`" for name in personal[:5]) + (" and others" if personal[5:] else "")
        yield context.finding(
            where.span,
            f"the result holds personal data: {names}",
            help="leave the columns out, or put `hash_sha256()` around them, if nobody needs to know who it was",
        )


def _is_personal(source: SourceColumn, context: KqlContext) -> bool:
    facts = context.bound.catalog.column_facts(source.table, source.column)
    return facts is not None and "pii" in facts.flags
