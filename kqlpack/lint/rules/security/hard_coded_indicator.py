"""hard-coded-indicator."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Severity
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import QueryBlock, StringLiteral, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext


_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)


@rule(
    code="KQL806",
    group=Group.SECURITY,
    severity=Severity.INFO,
    on=(QueryBlock,),
    opt_in=True,
)
def hard_coded_indicator(root: QueryBlock, context: KqlContext) -> Iterator[Diagnostic]:
    """Find a public address or a file's hash that is written into a query.

    Indicators grow old: an address belongs to somebody else next month. In a watchlist, or in a parameter with a day of
    review, somebody looks after them.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and IPAddress in ("8.8.4.4")
    ```

    Write instead:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where IPAddress in ((_GetWatchlist("bad-addresses") | project tostring(SearchKey)))
    ```

    The rule runs where it is asked for: a query about one attack is about its indicators.
    """
    found = [node for node in walk(root) if isinstance(node, StringLiteral) and _is_indicator(node.value)]
    if found:
        count = f"{len(found)} public addresses and hashes are" if found[1:] else "a public address or a hash is"
        yield context.finding(
            found[0].span,
            f"{count} written into the query, where nobody notices when they have grown old",
            help="keep them in a watchlist, or in a parameter of the pack with `review_by`",
        )


def _is_indicator(text: str) -> bool:
    return bool(_HASH.fullmatch(text)) or _is_public(text)


def _is_public(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast
