"""Slips about strings: not closed, closed by the wrong quote, with escapes that there aren't."""

from __future__ import annotations

import re
from typing import Final

from kqlpack.diagnostics import Edit, Fix
from kqlpack.source import Span
from kqlpack.syntax.lexer import BAD, ESCAPE
from kqlpack.syntax.slips.finding import Break, Finding

_SMART_QUOTES: Final = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a")
# Escapes one after the other, so that the second half of a doubled backslash is not taken for one.
_ESCAPES: Final = re.compile(rf"{ESCAPE}|(?P<bad>\\.?)")
# A line that people wrote has no more tokens.
_FAR: Final = 500
_CLOSED: Final = re.compile(r"""[hH]?(["'])(?:\\.|(?!\1)[^\\])*\1""")


def smart_quote(at: Break) -> Finding | None:
    """Find quotes that a word processor made."""
    span = at.span()
    if at.word() not in _SMART_QUOTES:
        return None
    line = at.text[span.start : at.line_end(span.start)]
    edits = tuple(
        Edit(Span(span.start + place, span.start + place + 1), '"')
        for place, sign in enumerate(line)
        if sign in _SMART_QUOTES
    )
    fix = Fix('Replace the quotes on this line by `"`', edits) if len(edits) == 2 and '"' not in line else None
    # The string goes on to the second quote, or the end of the line.
    instead = (Span(span.start, edits[1].span.end if len(edits) > 1 else span.start + len(line)), '""')
    message = f"`{at.word()}` is a typographic quote, which KQL does not know"
    return Finding(span, message, 'write `"`', fix, instead=instead)


def backtick(at: Break) -> Finding | None:
    """Find a name or string in backticks."""
    start = at.span().start
    if at.word() != "`":
        return None
    match = re.compile(r"`([^`\r\n]*)`?").match(at.text, start)
    span = Span(start, match.end() if match else start + 1)
    inner = match[1] if match else ""
    help_ = f"write `\"{inner}\"` for a string, `['{inner}']` for a name"
    return Finding(span, "backticks quote nothing in KQL", help_, instead=(span, f"['{inner}']" if inner else '""'))


def raw_guid(at: Break) -> Finding | None:
    """Find a guid without quotes."""
    if not re.fullmatch(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", at.word()):
        return None
    help_ = "write it in quotes where the column holds text, else as `guid(...)`"
    return Finding(at.span(), "a guid can't stand here by itself", help_, instead=(at.span(), f'"{at.word()}"'))


def bad_string(at: Break) -> Finding | None:
    """Find a string that isn't closed, or holds an escape that there isn't."""
    if not _is_bad_string(at, 0):
        return None
    span, token = at.span(), at.word().lstrip("hH")
    start = span.end - len(token)
    escape = next((match for match in _ESCAPES.finditer(token) if match["bad"]), None)
    if escape and _CLOSED.fullmatch(token):
        place = Span(start + escape.start(), start + escape.end())
        message = f"`{escape['bad']}` is not an escape that KQL knows, so this string can't be read"
        help_ = f"double the backslash, or write the string as `@{token[0]}...{token[0]}`"
        return Finding(place, message, help_, instead=(span, '""'))
    message = "this string is not closed on its line"
    instead = (Span(span.start, start + max(_without_closers(token), 1)), '""')
    return Finding(Span(start, span.end), message, f"end it with `{token[0]}`", instead=instead)


def odd_quote(at: Break) -> Finding | None:
    """Find what a quote too few, or too many, makes of the rest of its line: its strings and what lies between swap."""
    start = at.span().start
    end = at.line_end(start)
    offset = 0
    while offset < _FAR and at.word(offset) and at.span(offset).start < end and not _is_bad_string(at, offset):
        offset += 1
    if offset == _FAR or not at.word(offset) or at.span(offset).start >= end or _CLOSED.fullmatch(at.word(offset)):
        return None
    quote = at.word(offset).lstrip("hH")[0]
    # What closes brackets at the end of the line is kept.
    instead = (Span(start, start + _without_closers(at.text[start:end])), "")
    message = f"a `{quote}` is missing on this line, or one is too many"
    return Finding(at.span(), message, "look at the string before this", instead=instead)


def _is_bad_string(at: Break, offset: int) -> bool:
    return at.tokens.terminals[at.index + offset] == BAD and at.word(offset).lstrip("hH")[:1] in {'"', "'"}


def _without_closers(line: str) -> int:
    """Return the length of a line without what closes brackets at its end, which is probably meant so."""
    return len(re.sub(r"[\s)\],;]*$", "", line))
