"""unused-parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Pack, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

# Tags that bring in macros from elsewhere.
_BORROWS = re.compile(r"{%-?\s*(?:import|from|include)\b")
_WORD = re.compile(r"\w+")


@rule(
    code="KQL510",
    group=Group.TEMPLATE,
    severity=Severity.WARNING,
    on=(Pack, Query),
)
def unused_parameter(subject: Pack | Query, context: Context) -> Iterator[Diagnostic]:
    """Find a parameter that no template uses.

    Whoever gives it a value believes that it does something. Most often the name is misspelt in one of the two places,
    or the line that used it is gone.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d, max: 30d}
      threshold: {type: int, default: 10}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      lookback: {type: timespan, default: 1d, max: 30d}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago({{ lookback }}) and ResultType != "0"
    ```

    There is no fix: tests and callers may give the parameter a value, and would have to change with it.
    """
    owners: tuple[Query, ...]
    if isinstance(subject, Query):
        owners, names = (subject,), subject.own_parameters
    else:
        # Of a pack that could not be read as a whole, nobody knows what the rest uses.
        owners = (*subject.queries.values(), *(function.body for function in subject.functions.values()))
        is_whole = all(one.severity != "error" for one in subject.diagnostics)
        names = () if not is_whole or not owners else tuple(subject.parameters)
    where = "the query does not use" if isinstance(subject, Query) else "no query of the pack uses"
    used = frozenset[str]().union(*(_used_by(query, names) for query in owners))
    for name in names:
        if name not in used:
            yield context.finding(
                subject.parameters[name].span,
                f"{where} `{name}`, so a value given to it changes nothing",
                help=f"use it, as in `{{{{ {name} }}}}`, or remove the parameter",
            )


def _used_by(query: Query, names: tuple[str, ...]) -> frozenset[str]:
    """Return those of the names that a query's template uses, or may use."""
    if not query.is_template:
        return frozenset()
    from kqlpack.template import references

    found = {reference.name for reference in references(query)}
    if found and not _BORROWS.search(query.text):
        return frozenset(found)
    # A template that can't be parsed names nothing, and macros may see what they are called with: any mention counts.
    texts = [query.text, *(macro.text for macro in query.macros.values())]
    words = {word for text in texts for word in _WORD.findall(text)}
    return frozenset(found | (words & set(names)))
