"""contains-could-be-has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kqlpack.diagnostics import Applicability, Severity
from kqlpack.lint.context import replacing
from kqlpack.lint.registry import Group, rule
from kqlpack.syntax.nodes import BinaryExpression, StringLiteral, unparenthesized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqlpack.diagnostics import Diagnostic
    from kqlpack.lint.context import KqlContext

_OPERATORS = {"contains": "has", "!contains": "!has", "contains_cs": "has_cs", "!contains_cs": "!has_cs"}
# A term is a longest run of letters and digits; those of three or more are indexed.
# Source: the Kusto documentation's page "String operators", on terms.
_TERM = re.compile(r"[^\W_]+")
_INDEXED = 3


@rule(
    code="KQL302",
    group=Group.COST,
    severity=Severity.INFO,
    on=(BinaryExpression,),
    fixes=Applicability.UNSAFE,
)
def contains_could_be_has(node: BinaryExpression, context: KqlContext) -> Iterator[Diagnostic]:
    r"""Find a search for whole terms with `contains`, which reads every value instead of the index.

    KQL indexes the terms of a text: its longest runs of letters and digits. `has` looks terms up; `contains` also finds
    parts of them, and has to read everything for it. Text that holds its terms whole (between separators, or several of
    them in a row) most likely means terms.

    ```kql bad
    DeviceProcessEvents
    | where Timestamp > ago(1d) and FolderPath contains @"\system32\spool\"
    ```

    Write instead:

    ```kql good
    DeviceProcessEvents
    | where Timestamp > ago(1d) and FolderPath has @"\system32\spool\"
    ```

    A single bare word (`contains "admin"`) is left alone: it may well be meant as part of a longer one.

    The fix is unsafe, because `has` no longer finds the words at the ends of the text inside longer words: `contains
    "net user"` finds `net users`, `has` does not.
    """
    operator = _OPERATORS.get(node.operator)
    text = unparenthesized(node.right)
    if operator is None or not isinstance(text, StringLiteral) or not _is_whole_terms(text.value):
        return
    is_bounded = not (text.value[0].isalnum() or text.value[-1].isalnum())
    yield context.finding(
        node.operator_span,
        f"`{node.operator}` reads every value for text made of whole terms; `{operator}` looks terms up in the index",
        help=f"write `{operator}`" + ("" if is_bounded else ", unless a word at its ends may be part of a longer one"),
        fix=replacing(f"Write `{operator}`", (node.operator_span, operator), applicability=Applicability.UNSAFE),
    )


def _is_whole_terms(text: str) -> bool:
    """Tell whether a text's terms are likely whole: several, or one between separators, and none short at an end."""
    terms = list(_TERM.finditer(text))
    if not any(len(term.group()) >= _INDEXED for term in terms):
        return False
    open_ended = [term for term in terms if term.start() == 0 or term.end() == len(text)]
    if open_ended and len(terms) == 1:
        return False
    return all(len(term.group()) >= _INDEXED for term in open_ended)
