"""negated-broad-exclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Severity
from kqlpack.lint import operands, predicates
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_BROAD: Final = frozenset({"!contains", "!contains_cs", "!has", "!has_cs", "!startswith", "!hasprefix", "!hassuffix"})


@rule(
    code="KQL250",
    group=Group.CORRECTNESS,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    opt_in=True,
)
def negated_broad_exclusion(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    """Find an exception that an attacker can join, because it looks for a part of what the client itself sends.

    A user agent, a host name that a client reports and the like are whatever the other side writes. Who puts `Edge`
    into the user agent is left out by `!contains "Edge"`.

    ```kql bad
    SigninLogs
    | where TimeGenerated > ago(1d) and UserAgent !contains "Edge"
    ```

    Leave out by what the other side does not choose, or by whole values:

    ```kql good
    SigninLogs
    | where TimeGenerated > ago(1d)
    | where DeviceDetail.isManaged != true
    ```

    It runs on request only: whether an exception is too broad is for people to say.
    """
    if node.operator not in _BROAD or operands.string(node.right, context) is None:
        return
    symbol = predicates.column(node.left, context)
    if symbol is None or symbol.table is None:
        return
    facts = context.bound.catalog.column_facts(symbol.table.name, symbol.name)
    if facts is None or "attacker_controlled" not in facts.flags:
        return
    yield context.finding(
        node.span,
        f"`{symbol.name}` is what the client sends, so that whoever writes {operands.described(node.right, context)} "
        "into it is left out",
        help="leave out by whole values, or by a column that the client does not choose",
    )
