"""outbound-call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.catalog.dialects import lack
from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import EvaluateOperator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_CALLS = frozenset(
    {"http_request", "http_request_post", "sql_request", "mysql_request", "postgresql_request", "cosmosdb_sql_request"}
    | {"azure_digital_twins_query_request", "ai_embeddings", "ai_embed_text", "ai_chat_completion_prompt"}
)


@rule(
    code="KQL809",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(EvaluateOperator,),
)
def outbound_call(node: EvaluateOperator, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a query that sends data to another service.

    It runs with the reader's rights: what it sends, and to whom, the reader answers for.

    ```yaml bad
    kqlpack: 1
    name: storms
    version: 1.0.0
    title: Storms
    dialect: azure-data-explorer
    queries:
      - id: prices
        title: Prices
        query: evaluate http_request("https://contoso.example/prices")
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: storms
    version: 1.0.0
    title: Storms
    dialect: azure-data-explorer
    tables:
      Prices: {columns: {Item: string, Price: real}}
    queries:
      - id: prices
        title: Prices
        query: Prices | where Price > 1
    ```

    Where the place that the query is for has no such plugin, not-in-dialect tells that instead.
    """
    name = node.call.name.name
    if name in _CALLS and lack(context.bound.catalog.dialect, "plugin", name) is None:
        yield context.finding(
            node.call.name.span,
            f"`{name}` calls another service with the rights of whoever runs the query",
            help="bring the data into a table, and read that",
        )
