"""contract-changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


@rule(code="KQL640", group=Group.PACK, severity=Severity.ERROR, on=(QueryBlock,))
def contract_changed(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find columns of a query's result that differ from those that it promises under `columns`.

    Workbooks, alerts and scripts read the result by the names and types that stand there. A column that is missing, or
    has another type, breaks them; one more column, which nobody may know of, is a warning. The order does not matter
    here; `kqlpack test` compares it too. Where the result can't be told completely, nothing is found.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | summarize Attempts = count() by IPAddress
        columns: {IPAddress: string, Failures: long}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | summarize Failures = count() by IPAddress
        columns: {IPAddress: string, Failures: long}
    ```
    """
    query, columns = context.query, context.bound.columns
    if query is None or query.columns is None or query.node is None or columns is None:
        return
    from kqlpack.pack.document import MappingNode

    node = query.node.get("columns")
    if not isinstance(node, MappingNode):
        return
    yielded = {column.name: column.type for column in columns}
    found: list[Diagnostic] = []
    for promised in query.columns:
        place = node.entries[promised.name]
        actual = yielded.get(promised.name)
        if actual is None:
            one = context.finding(
                root.span,
                f"the query yields no column `{promised.name}`, which is promised here, so that its readers fail",
                help=f"it yields {_listed(yielded)}: mend the query, or say here what it yields",
            )
            found.append(replace(one, primary=Annotation(node.file, place.key.span)))
        elif not _is_same(promised.type, actual):
            one = context.finding(
                root.span,
                f"`{promised.name}` is promised as `{promised.type}`, and the query yields `{actual}`",
                help=f"write `to{promised.type}({promised.name})` in the query, or `{actual}` here",
            )
            found.append(replace(one, primary=Annotation(node.file, place.value.span)))
    for name in yielded.keys() - node.entries.keys():
        one = context.finding(
            root.span,
            f"the query yields a column `{name}` that is not promised under `columns`",
            help="leave it out of the result with `project-away`, or add it here",
            severity=Severity.WARNING,
        )
        found.append(replace(one, primary=Annotation(node.file, query.node.key_span("columns"))))
    yield from sorted(found, key=lambda one: one.sort_key)


# The catalogue takes guids for strings, as Azure's own reference does.
_TEXTS: Final = frozenset({ScalarType.GUID, ScalarType.STRING})


def _is_same(promised: ScalarType, actual: ScalarType) -> bool:
    return promised is actual or ScalarType.UNKNOWN in {promised, actual} or {promised, actual} <= _TEXTS


def _listed(names: dict[str, ScalarType]) -> str:
    shown = [f"`{name}`" for name in names]
    return ", ".join(shown[:8]) + (", ..." if len(shown) > 8 else "") if shown else "no columns"
