"""hard-coded-secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Annotation, Severity
from kqlpack.lint import operands
from kqlpack.lint.context import KqlContext
from kqlpack.lint.registry import Group, rule
from kqlpack.lint.secrets import secrets_in
from kqlpack.pack import Parameter, Query
from kqlpack.source import Span
from kqlpack.syntax.nodes import StringLiteral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context


@rule(
    code="KQL801",
    group=Group.SECURITY,
    severity=Severity.ERROR,
    on=(StringLiteral, Parameter, Query),
)
def hard_coded_secret(subject: StringLiteral | Parameter | Query, context: Context) -> Iterator[Diagnostic]:
    """Find a key, a token or a password that is written into a query or its pack.

    A pack is copied, published and shown; whoever reads it has the secret, and so has everyone who finds it in the
    history of the repository.

    ```kql bad
    externaldata (IP: string) [
        h@"https://contoso.blob.core.windows.net/lists/bad.csv?sv=2022&sig=4Fz0Jx9Qm2Vb7Tn1Kc8Rw5Yp3Ls6Hd0Ga4Ue2Io1%3D"
    ]
    ```

    Write instead:

    ```kql good
    externaldata (IP: string) [h@"https://contoso.blob.core.windows.net/lists/bad.csv;managed_identity=system"]
    ```

    A secret that a query can't do without is a parameter with `secret: true` and no default. Read are the query, the
    defaults and examples of parameters, and the rows of tests. Change a secret that was found: it is no longer one.
    """
    if isinstance(subject, StringLiteral):
        # What came from a parameter is told there.
        if isinstance(context, KqlContext) and not operands.is_written(subject, context):
            return
        yield from (_told(subject.span, secret.kind, context) for secret in secrets_in(subject.value))
        return
    nodes = [subject.node] if isinstance(subject, Parameter) else [test.node for test in subject.tests]
    for node in nodes:
        if node is None:
            continue
        for secret in secrets_in(node.file.text[node.span.start : node.span.end]):
            span = Span(node.span.start + secret.start, node.span.start + secret.end)
            yield replace(_told(span, secret.kind, context), primary=Annotation(node.file, span))


def _told(span: Span, kind: str, context: Context) -> Diagnostic:
    return context.finding(
        span,
        f"this holds {kind}, which everyone who reads it can use",
        help="take it out and change it where it was issued; give it to the query as a parameter with `secret: true`",
    )
