"""missing-metadata."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

# What people look queries up by, and what its lack means to them.
_KEYS: Final = {
    "title": "lists show its id instead",
    "description": "nobody is told what it finds, and what to do then",
    "severity": "it is sorted behind all others",
}
_WITH: Final = 2


@rule(code="KQL634", group=Group.PACK, severity=Severity.INFO, on=(Pack,))
def missing_metadata(pack: Pack, context: Context) -> Iterator[Diagnostic]:
    """Find a query that lacks a title, a description or a severity, where most others of the pack have one.

    What a pack says of its queries is for its authors to decide. What two thirds of the queries have, the rest most
    likely lack by an oversight. A project that requires keys of every query says so in its configuration, as
    `[metadata] required = ["title", "description"]`; then those are looked for, whatever most queries have.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        severity: low
      - id: guests
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        severity: low
      - id: members
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
        severity: low
      - id: guests
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        severity: low
      - id: members
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        severity: medium
    ```
    """
    if pack.is_foreign:
        return
    queries = [query for query in pack.queries.values() if query.node is not None]
    required = context.settings.required_metadata
    for key in required:
        for query in queries:
            if query.node is not None and key not in query.node.entries:
                told = f"`{query.id}` has no `{key}`, which the configuration requires of every query"
                consequence = f": {_KEYS[key]}" if key in _KEYS else ""
                found = context.finding(query.span, told + consequence, help=f"add `{key}:`")
                yield replace(found, primary=Annotation(query.file, query.span), query=query.id)
    for key, consequence in _KEYS.items():
        if key in required:
            continue
        lacking = [query for query in queries if query.node is not None and key not in query.node.entries]
        count = len(queries) - len(lacking)
        if count < _WITH or count < 2 * len(lacking):
            continue
        for query in lacking:
            found = context.finding(
                query.span,
                f"`{query.id}` has no `{key}`, as {count} queries of the pack have: {consequence}",
                help=f"add `{key}:`",
            )
            yield replace(found, primary=Annotation(query.file, query.span), query=query.id)
