"""mitre-invalid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint import metadata
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.catalog.attack import Attack
    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.pack.document import ScalarNode

_ID: Final = re.compile(r"T\d{4}(?:\.\d{3})?")
# Techniques against industrial control systems are a matrix of their own, which is not looked at.
_INDUSTRIAL: Final = re.compile(r"T0\d{3}(?:\.\d{3})?")


@rule(code="KQL635", group=Group.PACK, severity=Severity.ERROR, on=(Query,), fixes=Applicability.SAFE)
def mitre_invalid(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find tactics and techniques that MITRE ATT&CK does not have, or no longer has.

    Whoever counts what is covered, or looks for a technique, does not find the query. Microsoft Sentinel refuses a rule
    with an unknown tactic. A technique that was replaced is a warning, and only a hint where version 19 (2026) did it:
    services take up new versions late. Ids beyond the newest known one, and those of industrial control systems
    (`T0...`), are left alone.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    queries:
      - id: failed
        title: Failed sign-ins
        tactics: [Credential Access]
        techniques: [T1075, T1110.099]
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
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
        tactics: [CredentialAccess, LateralMovement]
        techniques: [T1550.002, T1110.003]
        query: SigninLogs | where TimeGenerated > ago(1d) and ResultType != "0"
    ```

    The fix writes the name as Microsoft Sentinel has it, and the one technique that replaces another.
    """
    if query.node is None:
        return
    from kqlpack.catalog.attack import load_attack

    known = load_attack()
    # Other people's hunting queries call many things a tactic.
    unknown = Severity.WARNING if context.pack and context.pack.is_foreign else None
    for node in metadata.tactics(query):
        yield from _tactic(node, known, context, unknown)
    for node in metadata.techniques(query):
        yield from _technique(node, known, context, unknown)


def _tactic(node: ScalarNode, known: Attack, context: Context, severity: Severity | None) -> Iterator[Diagnostic]:
    name = known.tactic(node.text)
    if name == node.text:
        return
    if name:
        yield context.finding(
            node.span,
            f"the tactic `{node.text}` is written `{name}`, and is not found by this name",
            help=f"write `{name}`",
            fix=replacing(f"Write `{name}`", (node.span, name)) if metadata.is_plain(node) else None,
            severity=severity,
        )
        return
    yield context.finding(
        node.span,
        f"ATT&CK has no tactic `{node.text}`, so that nobody finds the query by it",
        help=metadata.meant(node.text, known.tactics.values()) or "write one of ATT&CK's, such as `CredentialAccess`",
        severity=severity,
    )


def _technique(node: ScalarNode, known: Attack, context: Context, severity: Severity | None) -> Iterator[Diagnostic]:
    text = node.text.strip()
    id = text.upper()
    if id in known.techniques or (_ID.fullmatch(id) and id > known.newest) or _INDUSTRIAL.fullmatch(id):
        if id != node.text:
            yield context.finding(
                node.span,
                f"the technique `{node.text}` is written `{id}`, and is not found like this",
                help=f"write `{id}`",
                fix=replacing(f"Write `{id}`", (node.span, id)) if metadata.is_plain(node) else None,
                severity=severity,
            )
        return
    old = known.old.get(id)
    if old is None:
        is_id = _ID.fullmatch(id) is not None
        yield context.finding(
            node.span,
            f"ATT&CK has no technique `{node.text}`, so that nobody finds the query by it"
            if is_id
            else f"`{node.text}` is no technique's id, so that nobody finds the query by it",
            help=metadata.meant(id, known.techniques) or "look it up at https://attack.mitre.org/techniques"
            if is_id
            else "write an id, such as `T1110` or `T1110.003`",
            severity=severity,
        )
        return
    if not old.instead:
        yield context.finding(
            node.span,
            f"the technique `{id}` is deprecated, and no other replaces it",
            help="choose the technique that says what the query finds, or leave it out",
            severity=Severity.WARNING,
        )
        return
    when = " in version 19" if old.is_recent else ""
    applicability = Applicability.UNSAFE if old.is_recent else Applicability.SAFE
    new = known.techniques[old.instead]
    yield context.finding(
        node.span,
        f"the technique `{id}` was replaced by `{new.id}` ({new.name}){when}",
        help=f"write `{new.id}`" + (", as soon as those who read it know version 19" if old.is_recent else ""),
        fix=replacing(f"Write `{new.id}`", (node.span, new.id), applicability=applicability)
        if metadata.is_plain(node)
        else None,
        severity=Severity.INFO if old.is_recent else Severity.WARNING,
    )
