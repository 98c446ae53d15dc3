"""undefined-variable."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import templates
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


# A text of templates' braces that is no template would be reported a thousand times.
_MOST: Final = 50


@rule(code="KQL501", group=Group.TEMPLATE, severity=Severity.ERROR, on=(Query,))
def undefined_variable(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a name in a template that is no parameter and that the template does not set.

    Rendering the query fails wherever the name is reached. The message says which parameter was probably meant.

    ```yaml bad
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
          | where TimeGenerated > ago({{ lokback }})
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
          | where TimeGenerated > ago({{ lookback }})
    ```
    """
    if not query.is_template:
        return
    from kqlpack.template import references, renderings

    named = references(query)
    missing = [
        one
        for one in named
        if one.name not in query.parameters
        and not query.has_faulty(one.name)
        and not templates.is_asked(one.name, query)
        and not templates.is_clock(one.name, query)
    ]
    if not missing:
        return
    # Rendering, where it can be done, stops at the first such name that it meets, and reports that one itself.
    can_render = not any(query.has_faulty(one.name) for one in named)
    rendered = renderings(query) if can_render else ()
    reported = {found.span for one in rendered for found in one.diagnostics if found.rule == context.rule.slug}
    for reference in missing[:_MOST]:
        if reference.span in reported:
            continue
        meant = get_close_matches(reference.name, query.parameters, n=1)
        yield context.finding(
            reference.span,
            f"`{reference.name}` is neither a parameter nor set in the template",
            help=f"did you mean `{meant[0]}`?"
            if meant
            else f"declare it: `parameters: {{{reference.name}: {{type: string}}}}`",
        )
