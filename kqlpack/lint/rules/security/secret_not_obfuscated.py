"""secret-not-obfuscated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.source import Span
from kqlpack.syntax.nodes import ExternalData, InlineExternalTable, StringLiteral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


# What gives access: a signature, a key or a token behind the address. What a managed identity says is no secret.
_ACCESS = re.compile(
    r"[?&](?:sig|code|token|key|api_?key|access_token)=\S|;(?!impersonate|managed_identity)\S", re.IGNORECASE
)


@rule(
    code="KQL802",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(ExternalData, InlineExternalTable),
    fixes=Applicability.SAFE,
)
def secret_not_obfuscated(node: ExternalData | InlineExternalTable, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an address with a key in it that is written as an ordinary string.

    Queries are logged and shown in traces. A string that begins with `h` is shown there as stars; any other as it is.

    ```kql bad
    externaldata (IP: string) ["https://contoso.example/bad.csv?code=abc"]
    ```

    Write instead:

    ```kql good
    externaldata (IP: string) [h"https://contoso.example/bad.csv?code=abc"]
    ```

    The fix writes the `h`. It hides the key from logs; it doesn't take it out of the query.
    """
    for uri in node.uris:
        if not isinstance(uri, StringLiteral) or uri.text[:1] in "hH" or not _ACCESS.search(uri.value):
            continue
        yield context.finding(
            uri.span,
            "this address holds a key, and logs show an ordinary string as it is",
            help="write `h` in front of the string, which hides it",
            fix=replacing("Write `h` in front", (Span(uri.start, uri.start), "h")),
        )
