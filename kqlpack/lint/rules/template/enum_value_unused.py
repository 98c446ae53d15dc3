"""enum-value-unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(code="KQL524", group=Group.TEMPLATE, severity=Severity.INFO, on=(Pack, Query))
def enum_value_unused(subject: Pack | Query, context: Context) -> Iterator[Diagnostic]:
    """Find allowed values of a parameter that no branch of a template tells apart.

    A parameter that is only compared (`{% if scope == "guests" %}`) chooses between branches. One of its values may be
    the one that no branch names: it stands for "as it is", or for the `else`. Of two such values, one does nothing that
    the other doesn't: a branch is missing or misspelt, or the value is one too many.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      scope: {type: string, allowed: [all, guests, members], default: all}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          {% if scope == "guests" %}
          | where UserType == "Guest"
          {% endif %}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      scope: {type: string, allowed: [all, guests, members], default: all}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          {% if scope == "guests" %}
          | where UserType == "Guest"
          {% elif scope == "members" %}
          | where UserType == "Member"
          {% endif %}
    ```
    """
    if isinstance(subject, Query):
        names: Iterable[str] = subject.own_parameters
        owners: tuple[Query, ...] = (subject,)
    else:
        names = () if subject.diagnostics else subject.parameters
        owners = (*subject.queries.values(), *(function.body for function in subject.functions.values()))
    for name in names:
        parameter = subject.parameters[name]
        allowed = parameter.node.get("allowed") if parameter.node else None
        items = [one for one in getattr(allowed, "items", ()) if hasattr(one, "text")]
        if str(parameter.type) != "string" or len(items) < 3:
            continue
        compared = _compared(owners, name)
        left = [one for one in items if one.text not in compared] if compared else []
        if len(left) < 2:
            continue
        default = str(parameter.default) if parameter.default is not None else ""
        kept = next((one for one in left if one.text == default), left[0])
        for one in left:
            if one is not kept:
                yield context.finding(
                    one.span,
                    f"no branch looks at `{one.text}`, so that it gives the same query as `{kept.text}`",
                    help=f'ask for it, as in `{{% if {name} == "{one.text}" %}}`, or take it from `allowed`',
                )


def _compared(owners: Iterable[Query], name: str) -> frozenset[str]:
    """Return what the templates compare a parameter with; nothing where one of them does anything else with it."""
    from kqlpack.template import compared_only

    found: frozenset[str] = frozenset()
    for query in owners:
        compared = compared_only(query, name) if query.is_template else None
        if compared is None:
            return frozenset()
        found |= compared
    return found
