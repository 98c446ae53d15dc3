"""mitre-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint import metadata
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL636", group=Group.PACK, severity=Severity.WARNING, on=(Query,))
def mitre_mismatch(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a technique that belongs to none of the tactics that the query names.

    One of the two is wrong, or a tactic is missing: matrices and reports show the technique under a tactic, and do not
    show it at all where it has none. A technique counts under its tactics of the versions 18 and 19 of MITRE ATT&CK. A
    query without tactics is left alone.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        tactics: [CredentialAccess]
        techniques: [T1110.003, T1566]
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
        tactics: [CredentialAccess, InitialAccess]
        techniques: [T1110.003, T1566]
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```
    """
    if query.node is None:
        return
    from kqlpack.catalog.attack import load_attack

    known = load_attack()
    tactics = {known.tactic(node.text) for node in metadata.tactics(query)}
    if not tactics or "" in tactics:
        return  # what is no tactic is told by itself
    for node in metadata.techniques(query):
        technique = known.techniques.get(node.text.strip().upper())
        if technique is None or not tactics.isdisjoint(technique.tactics):
            continue
        named = " or ".join(f"`{tactic}`" for tactic in technique.tactics)
        yield context.finding(
            node.span,
            f"`{technique.id}` ({technique.name}) belongs to none of the query's tactics, so that it is not shown",
            help=f"add {named} to `tactics`, or choose another technique",
        )
