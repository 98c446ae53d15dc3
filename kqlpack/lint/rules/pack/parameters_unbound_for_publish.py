"""parameters-unbound-for-publish."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL637", group=Group.PACK, severity=Severity.ERROR, on=(Query,))
def parameters_unbound_for_publish(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a query that is to be published and that has no text without a caller's value.

    A saved search, a rule or an alert is a fixed text, made with the defaults of the query's parameters. Where one has
    no default, `kqlpack build` can't write it, nor the pack. Queries that name a target are looked at;
    `publish: {}` keeps a query for `kqlpack run`.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and UserPrincipalName =~ {{ user }}
        publish:
          saved_search: {category: Identity}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ""}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if user %}
          | where UserPrincipalName =~ {{ user }}
          {% endif %}
        publish:
          saved_search: {category: Identity}
    ```
    """
    target = next(iter(query.publish.targets), "") if query.publish else ""
    if not query.is_template or not target:
        return
    from kqlpack.template import free_names

    for name in sorted(free_names(query.text)):
        parameter = query.parameters.get(name)
        if parameter is None or not parameter.is_required or parameter.secret:
            continue
        # A default that does not fit was told where it stands.
        if parameter.node is not None and "default" in parameter.node.entries:
            continue
        place = query.publish.node.key_span(target) if query.publish and query.publish.node else query.span
        found = context.finding(
            parameter.span,
            f"`{name}` has no default, so that `{query.id}` has no text to publish as `{target}`",
            help=f"give it a default, or take `{target}` from the query's `publish`",
            related=[Annotation(query.file, place, "published here")],
        )
        yield replace(found, primary=Annotation(parameter.file or query.file, parameter.span))
