"""whitespace-artefact."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.source import Notation, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

# A blank line, and behind it a line that goes on with the pipeline.
_GAP: Final = re.compile(r"(?<=\n)[ \t]*\n(?=[ \t]*\|)")
_TAGS: Final = re.compile(r"(?:\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})")
_NOTATIONS: Final = frozenset({Notation.BLOCK, Notation.VERBATIM})


@rule(code="KQL525", group=Group.TEMPLATE, severity=Severity.INFO, on=(Query,))
def whitespace_artefact(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a line of a template that some values leave blank, in the midst of the query.

    A line of `{% %}` alone leaves nothing behind. A `{{ }}` alone on its line, and a branch on one line with more white
    space behind it, leave a blank line where they write nothing; and to the editor in the portal, a blank line is where
    a query ends.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", default: []}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          {% macro only(users) %}{% if users %}| where UserPrincipalName in~ ({{ users }}){% endif %}{% endmacro %}
          SigninLogs
          | where TimeGenerated > ago(1d)
          {{ only(users) }}
          | where ResultType != "0"
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    parameters:
      users: {type: "list[string]", default: []}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          {% macro only(users) %}{% if users %}| where UserPrincipalName in~ ({{ users }}){% endif %}{% endmacro %}
          SigninLogs
          | where TimeGenerated > ago(1d) {{ only(users) }}
          | where ResultType != "0"
    ```
    """
    if not query.is_template or query.map.notation not in _NOTATIONS:
        return
    from kqlpack.template import free_names, renderings

    if not _TAGS.search(query.text) or any(map(query.has_faulty, free_names(query.text))):
        return
    found = set()
    for rendered in renderings(query):
        for gap in _GAP.finditer(rendered.text) if rendered.ok else ():
            place = rendered.map.locate(Span(gap.end() - 1, gap.end()))
            if place.exact:  # a macro's own line ends are the macro's affair
                found.add(place.span.start)
    for end in sorted(found):
        text = query.file.text
        start = text.rfind("\n", 0, end) + 1
        tags = list(_TAGS.finditer(text, start, end))
        if not tags:
            continue  # the template has a blank line here
        yield context.finding(
            Span(tags[0].start(), tags[-1].end()),
            "where this writes nothing, it leaves a blank line in the midst of the query",
            help="write it at the end of the line above"
            if tags[0][0].startswith("{{")
            else "write the tags on lines of their own, or `{%-` for the first one",
        )
