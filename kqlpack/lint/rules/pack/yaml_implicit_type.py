"""yaml-implicit-type."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kqlpack.catalog import ScalarType
from kqlpack.diagnostics import Annotation, Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.pack import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import Context
    from kqlpack.pack.document import ScalarNode

_WORDS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_OCTAL: Final = re.compile(r"[-+]?0[0-9]+")
_BASE_60: Final = re.compile(r"[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?")
_LOST_ZERO: Final = re.compile(r"[0-9]+\.[0-9]+0")


@rule(code="KQL630", group=Group.PACK, severity=Severity.WARNING, on=(Query,), fixes=Applicability.SAFE)
def yaml_implicit_type(query: Query, context: Context) -> Iterator[Diagnostic]:
    """Find a text without quotes that YAML takes for something else.

    `NO` (Norway) is false, `0123` loses its zero, `1:30` is a number of minutes to some readers, and the version `1.10`
    is `1.1`. Looked at are the columns of type string in tests, and the version of a rule of Microsoft Sentinel; where
    the pack format itself wants a text, `schema-violation` tells.

    ```yaml bad
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and Location == "NO"
        tests:
          - name: one from Norway
            now: "2026-03-02T12:00:00Z"
            tables: {SigninLogs: [{TimeGenerated: "2026-03-02T11:00:00Z", Location: NO}]}
            expect: {rows: 1}
    ```

    Write instead:

    ```yaml good
    kqlpack: 1
    name: sign-ins
    version: 1.0.0
    title: Sign-ins
    log_source: tenant
    queries:
      - id: failed
        title: Failed sign-ins
        query: SigninLogs | where TimeGenerated > ago(1d) and Location == "NO"
        tests:
          - name: one from Norway
            now: "2026-03-02T12:00:00Z"
            tables: {SigninLogs: [{TimeGenerated: "2026-03-02T11:00:00Z", Location: "NO"}]}
            expect: {rows: 1}
    ```
    """
    for node in _texts(query, context):
        meaning = _meaning(node)
        if not meaning:
            continue
        found = context.finding(
            node.span,
            f"`{node.text}` without quotes is {meaning} to YAML, and the text is lost",
            help=f'put it in quotes: `"{node.text}"`',
            fix=replacing("Put it in quotes", (node.span, f'"{node.text}"')),
        )
        yield replace(found, primary=Annotation(node.file, node.span))


def _meaning(node: ScalarNode) -> str:
    """Return what YAML takes a plain value for that was surely meant as a text, or nothing."""
    if node.tag == "bool":
        return f"`{_WORDS[node.text.lower()]}`" if node.text.lower() in _WORDS else ""
    if node.tag == "float" and _LOST_ZERO.fullmatch(node.text):
        return f"the number {float(node.text)}"
    if node.tag == "int" and _OCTAL.fullmatch(node.text):
        return "a number"
    if node.tag in {"int", "float"} and _BASE_60.fullmatch(node.text):
        return "a number in base 60"
    return ""


def _texts(query: Query, context: Context) -> Iterator[ScalarNode]:
    """Yield the single values that stand where a text is wanted, and nobody else looks."""
    if query.node is None:
        return
    from kqlpack.pack.document import ScalarNode
    from kqlpack.pack.tests import values_in

    if context.pack is not None and context.pack.is_foreign:
        version = query.node.get("version")
        if isinstance(version, ScalarNode):
            yield version
        return
    declared = {column.name for column in query.columns or () if column.type is ScalarType.STRING}
    for test in query.tests:
        for table, column, node in values_in(test):
            if column in (_strings(table, context) if table else declared):
                yield node


def _strings(table: str, context: Context) -> set[str]:
    """Return the names of a table's columns of type string."""
    declared = context.pack.tables.get(table) if context.pack else None
    if declared is not None:
        columns = declared.columns
    else:
        from kqlpack import catalog

        known = catalog.load().table(table)
        columns = known.columns if known else ()
    return {column.name for column in columns if column.type is ScalarType.STRING}
