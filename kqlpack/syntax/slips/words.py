"""Slips about words: those of SQL, and KQL's in capitals."""

from __future__ import annotations

from typing import Final

from kqlpack.source import Span
from kqlpack.syntax.slips.finding import Break, Finding, replace

_NEGATED: Final = frozenset(
    """
    in has contains startswith endswith hasprefix hassuffix between has_cs contains_cs startswith_cs endswith_cs
    """.split()
)
_LOWER_CASE_WORDS: Final = frozenset(
    """
    and or by in has contains startswith endswith between on with asc desc where project extend summarize join union
    distinct sort order take limit top count let parse render has_any has_all
    """.split()
)


def negation(at: Break) -> Finding | None:
    """Find `a not in (...)`, and `not a == b`."""
    for offset in (0, -1):
        word, following = at.word(offset).lower(), at.word(offset + 1).lower()
        if word == "not" and following in _NEGATED:
            span = Span(at.span(offset).start, at.span(offset + 1).end)
            message = f"`{at.text[span.start : span.end]}` is not how KQL negates"
            return Finding(span, message, f"write `!{following}`", replace(span, "!" + following))
    if at.word(-1).lower() == "not" and at.word().isidentifier():
        help_ = "write `not(...)` around what it negates"
        return Finding(at.span(-1), "`not` is a function in KQL", help_, instead=(at.span(-1), ""))
    return None


def capitals(at: Break) -> Finding | None:
    """Find `WHERE` and `AND`."""
    lowered = at.word().lower()
    if at.word() == lowered or lowered not in _LOWER_CASE_WORDS:
        return None
    message = f"KQL's words are in lower case, and `{at.word()}` is not one of them"
    return Finding(at.span(), message, f"write `{lowered}`", replace(at.span(), lowered))


def like(at: Break) -> Finding | None:
    """Find SQL's `LIKE`."""
    if at.word().lower() != "like":
        return None
    help_ = "write `contains`, `startswith`, `endswith` or `matches regex`"
    return Finding(at.span(), f"`{at.word()}` is not an operator of KQL", help_, instead=(at.span(), "has"))


def is_null(at: Break) -> Finding | None:
    """Find SQL's `IS NULL`."""
    if at.word().lower() != "is":
        return None
    end = next((n for n in (2, 1) if at.word(n).lower() == "null"), 0)
    span = Span(at.span().start, at.span(end).end)
    message = f"`{at.text[span.start : span.end]}` is not an operator of KQL"
    help_ = "write `isempty(x)` or `isnull(x)`, or `isnotempty(x)`"
    return Finding(span, message, help_, instead=(span, '== ""'))


def select(at: Break) -> Finding | None:
    """Find a query of SQL."""
    first = at.tokens.texts[0].lower()
    if first not in {"select", "insert", "update", "delete"} or "|" in at.tokens.texts[: at.index]:
        return None
    begin = Span(at.tokens.starts[0], at.tokens.ends[0])
    message = f"`{at.tokens.texts[0]}` begins a query of SQL, not of KQL"
    help_ = "write the table first, then what to do with it: `T | where ... | project ...`"
    return Finding(begin, message, help_, instead=(Span(begin.start, len(at.text)), ""))


def group_by(at: Break) -> Finding | None:
    """Find SQL's `GROUP BY`."""
    if at.word().lower() != "group" or at.word(1).lower() != "by" or "BY" not in at.expected:
        return None
    span = Span(at.span().start, at.span(1).end)
    return Finding(span, "KQL groups with `by` alone", "write `by`", replace(span, "by"))
