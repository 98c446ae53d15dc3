"""yaml-escape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query
from kqlpack.source import Notation, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context

_ESCAPE: Final = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
# Escapes of one letter that become a character nobody writes into a query (YAML 1.1, section 5.6).
_INVISIBLE: Final = {
    "\\0": "the character U+0000",
    "\\a": "a bell",
    "\\b": "a backspace",
    "\\e": "the escape character",
    "\\f": "a form feed",
    "\\v": "a vertical tab",
    "\\N": "a line end of its own (U+0085)",
    "\\L": "a line end of its own (U+2028)",
    "\\P": "a line end of its own (U+2029)",
    "\\_": "a space that does not break",
}


@rule(code="KQL631", group=Group.PACK, severity=Severity.WARNING, on=(Query,), fixes=Applicability.SAFE)
def yaml_escape(query: Query, context: Context) -> Iterator[Diagnostic]:
    r"""Find an escape of a regular expression or a path that YAML reads before KQL does.

    In double quotes, YAML has escapes of its own: `"\b"` is a backspace, `"\v"` a vertical tab. The query gets that
    character, which nobody sees, and matches nothing. (`"\d"`, which YAML does not have, is told by `invalid-yaml`.) In
    a block (`query: |`) and in single quotes, a backslash is itself.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        query: "SigninLogs | where TimeGenerated > ago(1d) and UserAgent matches regex @'\bcurl'"
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
        query: "SigninLogs | where TimeGenerated > ago(1d) and UserAgent matches regex @'\\bcurl'"
    ```

    The fix doubles the backslash.
    """
    if query.node is None or query.map.notation is not Notation.DOUBLE_QUOTED:
        return
    start, end = query.map.segments[0].origin.start, query.map.segments[-1].origin.end
    for escape in _ESCAPE.finditer(context.file.text, start, end):
        what = _INVISIBLE.get(escape[0])
        if what:
            yield context.finding(
                Span(*escape.span()),
                f"`{escape[0]}` in double quotes is {what} to YAML, and that is what the query gets",
                help=f"write `\\{escape[0]}`, or the query as a block (`query: |`), where a backslash is itself",
                fix=replacing(f"Write `\\{escape[0]}`", (Span(*escape.span()), f"\\{escape[0]}")),
            )
