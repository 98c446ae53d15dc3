"""test-without-now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import FunctionCall, QueryBlock, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext
    from kqlpack.pack import Test

_CLOCKS: Final = frozenset({"ago", "now"})


@rule(code="KQL610", group=Group.PACK, severity=Severity.WARNING, on=(QueryBlock,))
def test_without_now(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a test of a query that reads the clock, where the test does not say what time it is.

    Rows have fixed times, and `ago(1d)` moves on: the test passes on one day and fails on another. `now` stops the
    clock that `now()` and `ago()` follow. A test without any row is left alone.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        tests:
          - name: one failed
            tables: {SigninLogs: [{TimeGenerated: "2026-03-02T11:00:00Z", ResultType: "50126"}]}
            expect: {rows: 1}
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
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        tests:
          - name: one failed
            now: "2026-03-02T12:00:00Z"
            tables: {SigninLogs: [{TimeGenerated: "2026-03-02T11:00:00Z", ResultType: "50126"}]}
            expect: {rows: 1}
    ```
    """
    tests = [one for one in (context.query.tests if context.query else ()) if one.now is None and _has_rows(one)]
    if not tests:
        return
    clock = next((node for node in walk(root) if isinstance(node, FunctionCall) and node.name.name in _CLOCKS), None)
    if clock is None:
        return
    for test in tests:
        found = context.finding(
            clock.span,
            f"the query calls `{clock.name.name}()` and the test `{test.name}` has no `now`, so that its outcome "
            "depends on the day",
            help="add `now:`, a time that goes with the test's rows",
        )
        yield replace(found, primary=Annotation(test.file, test.span))


def _has_rows(test: Test) -> bool:
    return any(data.rows != () for data in test.tables.values())
