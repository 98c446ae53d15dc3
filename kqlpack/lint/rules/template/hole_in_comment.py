"""hole-in-comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

# Most templates have no such line, and need not be rendered for this.
_CANDIDATE = re.compile(r"//[^\n]*\{\{")


@rule(code="KQL520", group=Group.TEMPLATE, severity=Severity.WARNING, on=(Query,))
def hole_in_comment(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a `{{ }}` inside a comment of the query.

    The value filters nothing there: most often a line was put out of use and its parameter with it, and whoever gives
    a value believes that it counts. It is written into what is published all the same. A comment for people belongs
    into `{# #}`, which is not rendered.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ada@contoso.example}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          // | where UserPrincipalName =~ {{ user }}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      user: {type: string, default: ada@contoso.example}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d) and ResultType != "0"
          | where UserPrincipalName =~ {{ user }}
    ```
    """
    if not query.is_template or not _CANDIDATE.search(query.text):
        return
    from kqlpack.pack.lexical import comments_in
    from kqlpack.template import free_names, renderings

    if any(map(query.has_faulty, free_names(query.text))):
        return
    found = {
        segment.origin
        for rendered in renderings(query)
        for start, end in comments_in(rendered.text)
        for segment in rendered.map.segments
        if segment.rendered and start < segment.derived.start and segment.derived.end <= end
    }
    for span in sorted(found):
        hole = " ".join(context.file.text[span.start : span.end].split())
        if not hole.startswith("{{"):
            continue  # a tag that calls a macro: the hole stands elsewhere
        yield context.finding(
            span,
            f"`{hole}` stands in a comment, so its value changes nothing and is published all the same",
            help="take the line out of the comment, or write the comment as `{# ... #}`",
        )
