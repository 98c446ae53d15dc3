"""test-missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL642", group=Group.PACK, severity=Severity.INFO, on=(Pack,))
def test_missing(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a query without a test, in a pack that tests its others.

    `kqlpack test` passes, and says nothing of this one. Nothing is found in a pack without any test: whether to test is
    for its authors to say.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        tests:
          - name: nobody signed in
            tables: {SigninLogs: []}
            expect: {rows: 0}
      - id: again
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
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
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        tests:
          - name: nobody signed in
            tables: {SigninLogs: []}
            expect: {rows: 0}
      - id: again
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        tests:
          - name: nobody signed in
            tables: {SigninLogs: []}
            expect: {rows: 0}
    ```
    """
    tested = [query for query in pack.queries.values() if query.tests]
    if not tested or pack.is_foreign:
        return
    for query in pack.queries.values():
        # A file of tests that can't be read is told by itself, and nobody knows what is in it.
        if query.tests or any(found.file.path.endswith(f"tests/{query.id}.yaml") for found in pack.diagnostics):
            continue
        found = context.finding(
            query.span,
            f"no test runs `{query.id}`, while others of the pack are tested: a change may break it unseen",
            help=f"add `tests:`, or a file `tests/{query.id}.yaml`",
        )
        yield replace(found, primary=Annotation(query.file, query.span), query=query.id)
