"""folded-query-with-comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL603",
    group=Group.PACK,
    severity=Severity.ERROR,
    on=(Query,),
    fixes=Applicability.SAFE,
)
def folded_query_with_comment(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a comment in a query that YAML folds into one line.

    After `query: >` YAML joins the lines with spaces. A comment, which in KQL ends with its line, then goes on to the
    end of the query: the filters below it are gone, and nothing fails.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: >
          SigninLogs
          | where TimeGenerated > ago(1d) // as far as it takes
          | where ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) // as far as it takes
          | where ResultType != "0"
    ```

    The fix writes `|`, which keeps the lines.
    """
    if query.node is None:
        return
    from kqlpack.pack import folded_comment

    found = folded_comment(query)
    if found is None:
        return
    lost = " ".join(context.file.text[found.swallowed.start : found.swallowed.end].split())
    yield context.finding(
        found.indicator,
        f"`>` folds the query into one line, so the comment in it swallows `{_shortened(lost)}`",
        help="write `query: |`, which keeps the lines",
        fix=found.fix,
        related=[context.note(found.comment, "this comment goes on to the end of the folded line")],
    )


def _shortened(text: str, limit: int = 50) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
