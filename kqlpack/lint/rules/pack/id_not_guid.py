"""id-not-guid."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

_GUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@rule(code="KQL633", group=Group.PACK, severity=Severity.ERROR, on=(Query,))
def id_not_guid(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find an id of a query-pack query or of a rule of Microsoft Sentinel that is no GUID.

    Azure takes nothing else there, and the deployment fails. Such an id stays the same for the query's whole life: with
    a new one, the next deployment makes a second query beside the first.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
        publish:
          query_pack: {id: failed-sign-ins}
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
        publish:
          query_pack: {id: 1b4e28ba-2fa1-41d2-883f-0016d3cca427}
    ```
    """
    if query.publish is None or query.publish.node is None:
        return
    from kqlpack.pack.document import MappingNode, ScalarNode

    for target in ("query_pack", "sentinel_rule"):
        settings = query.publish.node.get(target)
        node = settings.get("id") if isinstance(settings, MappingNode) else None
        if not isinstance(node, ScalarNode) or node.tag != "str" or not node.text.strip() or _GUID.fullmatch(node.text):
            continue
        found = context.finding(
            node.span,
            f"`{node.text}` is no GUID, and Azure refuses any other id of `{target}`",
            help="write a GUID, such as `1b4e28ba-2fa1-41d2-883f-0016d3cca427`, and keep it",
        )
        yield replace(found, primary=Annotation(node.file, node.span))
