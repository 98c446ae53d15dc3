"""unreached-template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

# What may stand between two parts of one stretch: tags, comments and white space.
_BETWEEN: Final = re.compile(r"(?:\s|\{%.*?%\}|\{#.*?#\})*+", re.DOTALL)
_TAG: Final = re.compile(r"\{%[-+]?\s*(\w+)")
_OPENING: Final = frozenset({"if", "for", "macro", "call", "filter", "with"})


@rule(code="KQL511", group=Group.TEMPLATE, severity=Severity.INFO, on=(Query,))
def unreached_template(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a stretch of a template that no variant of the query reaches, so that nothing in it is checked.

    A query is checked for defaults, allowed values, booleans, empty and filled lists, and whatever its conditions
    compare with. A branch that none of them leads to is either dead, or needs a value that only its author knows: the
    query's `examples:` hold such values.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    parameters:
      user: {type: string, default: everybody}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if "@" in user and user.endswith(".example") %}
          | where UserPrincipalName =~ {{ user }}
          {% endif %}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    parameters:
      user: {type: string, default: everybody}
    queries:
      - id: failed
        title: Failed sign-ins
        query: |
          SigninLogs
          | where TimeGenerated > ago(1d)
          {% if "@" in user and user.endswith(".example") %}
          | where UserPrincipalName =~ {{ user }}
          {% endif %}
        examples: [{user: ada@contoso.example}]
    ```
    """
    if "{%" not in query.text or not query.is_template or any(map(query.has_faulty, query.faulty_parameters)):
        return
    from kqlpack.template import renderings, unreached, variants

    rendered = renderings(query)
    if not all(one.ok for one in rendered) or len(rendered) < len(variants(query)):
        return  # what stands behind a fault is reached by nobody; and what was not rendered may reach it
    for span in _stretches(unreached(query, rendered), query.file.text):
        yield context.finding(
            span,
            "no variant of the query reaches this, so that it is not checked",
            help="give values that lead to it under `examples:`, or remove it",
        )


def _stretches(spans: Iterable[Span], text: str) -> Iterator[Span]:
    """Join the parts of one branch, those of branches inside of it included, and cut the white space at their ends."""
    joined: list[Span] = []
    depth = 0
    for span in spans:
        inner = _depth(text[joined[-1].end : span.start], depth) if joined else None
        if inner is None:
            joined.append(span)
        else:
            joined[-1] = joined[-1].cover(span)
        depth = inner or 0
    for span in joined:
        part = text[span.start : span.end]
        start = span.start + len(part) - len(part.lstrip())
        yield Span(start, max(start, span.end - (len(part) - len(part.rstrip()))))


def _depth(between: str, depth: int) -> int | None:
    """Return how many branches deeper than its beginning a stretch is behind these tags; None where it has ended."""
    if not _BETWEEN.fullmatch(between):
        return None
    for tag in _TAG.findall(between):
        if tag in _OPENING:
            depth += 1
        elif tag.startswith("end"):
            depth -= 1
        if depth < 0 or (depth == 0 and tag in {"else", "elif"}):
            return None
    return depth
