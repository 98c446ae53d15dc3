"""insecure-externaldata."""

from __future__ import annotations

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


_INSECURE = "http://"


@rule(
    code="KQL803",
    group=Group.SECURITY,
    severity=Severity.WARNING,
    on=(ExternalData, InlineExternalTable),
    fixes=Applicability.UNSAFE,
)
def insecure_externaldata(node: ExternalData | InlineExternalTable, context: KqlContext) -> Iterator[Diagnostic]:
    """Find data that a query fetches without encryption.

    Over `http://` anybody on the way can change the list: take an address out of what is searched for, or put one in.

    ```kql bad
    externaldata (IP: string) ["http://contoso.example/bad.csv"]
    ```

    Write instead:

    ```kql good
    externaldata (IP: string) ["https://contoso.example/bad.csv"]
    ```

    The fix is unsafe, since nobody knows whether the other side speaks `https`.
    """
    for uri in node.uris:
        if isinstance(uri, StringLiteral) and uri.value.lower().startswith(_INSECURE):
            at = uri.text.lower().find(_INSECURE)
            place = Span(uri.start + at, uri.start + at + len(_INSECURE))
            yield context.finding(
                uri.span,
                "this list comes over `http`, so that anybody on the way can change what the query finds",
                help="write `https://`",
                fix=replacing("Write `https`", (place, "https://"), applicability=Applicability.UNSAFE)
                if at >= 0
                else None,
            )
