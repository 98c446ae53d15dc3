"""What other tools leave open in a query. In: a text, and how its placeholders look. Out: their places and names.

Workbooks write `{TimeRange}` and `{TimeRange:start}`, msticpy `{start}` (Python's format strings, in which `{{` is one
brace), and people `{{user}}`, `{user}` or `$user` in what they keep as KQL or as a rule.
Source: the Azure Monitor documentation, "Workbook parameters" and "Workbook time parameters"; msticpy's documentation,
"Creating query templates".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kqlpack.pack.lexical import LexicalState
from kqlpack.pack.quoting import Place
from kqlpack.source import SourceFile, Span
from kqlpack.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator


class Style(StrEnum):
    """How placeholders look."""

    WORKBOOK = "workbook"
    MSTICPY = "msticpy"
    HAND = "hand-written"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place in the text. `format` is what stands behind a colon: `start` of `{TimeRange:start}`."""

    span: Span
    name: str
    format: str = ""


@dataclass(frozen=True, slots=True)
class Escape:
    """Characters that stand for others: `{{` of a format string."""

    span: Span
    text: str


_BRACED: Final = re.compile(r"\{([A-Za-z_][\w .-]*)(?::([^{}\n\"']*))?\}")
_FORMAT: Final = re.compile(r"\{\{|\}\}|\{([A-Za-z_]\w*)\}")
_DOUBLE: Final = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_DOLLAR: Final = re.compile(r"(?<![\w$])\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
# `$` has these meanings in KQL itself.
_KQL_DOLLARS: Final = frozenset({"left", "right", "table"})
# What texts hold that queries look for: PowerShell's constants, keys of JSON.
_DATA_DOLLARS: Final = frozenset({"true", "false", "null", "_", "id", "ref", "type", "schema"})


def find(text: str, style: Style, names: Collection[str] | None = None) -> Iterator[Placeholder | Escape]:
    """Yield the placeholders of a text in order. `names`: those that are declared, if that is known."""
    if style is Style.MSTICPY:
        yield from _of_format(text)
        return
    found = list(_workbook(text, names or ())) if style is Style.WORKBOOK else list(_by_hand(text))
    done = 0
    for one in sorted(found, key=lambda one: one.span):
        if one.span.start >= done:
            yield one
            done = one.span.end


def _of_format(text: str) -> Iterator[Placeholder | Escape]:
    for match in _FORMAT.finditer(text):
        if match[1]:
            yield Placeholder(Span(*match.span()), match[1])
        else:
            yield Escape(Span(*match.span()), match[0][0])


def _workbook(text: str, names: Collection[str]) -> Iterator[Placeholder]:
    is_kql = _memo(lambda: parse(SourceFile("", text)).ok)
    for match in _BRACED.finditer(text):
        state = _state(text, match.start())
        if match[1] in names or state.place is not Place.EXPRESSION or not (_may_be_body(state) and is_kql()):
            yield Placeholder(Span(*match.span()), match[1], (match[2] or "").strip())


def _by_hand(text: str) -> Iterator[Placeholder]:
    is_kql = _memo(lambda: parse(SourceFile("", text)).ok)
    for match in _DOUBLE.finditer(text):
        if _state(text, match.start()).place is not Place.COMMENT:
            yield Placeholder(Span(*match.span()), match[1])
    for match in _BRACED.finditer(text):
        if text[match.start() - 1 : match.start()] in {"{", "$"} or text[match.end() : match.end() + 1] == "}":
            continue
        state = _state(text, match.start())
        in_code = state.place is Place.EXPRESSION and not (_may_be_body(state) and is_kql())
        if in_code or state.place is Place.TYPED_LITERAL or (state.place.is_string and _is_whole(text, match.span())):
            yield Placeholder(Span(*match.span()), match[1], (match[2] or "").strip())
    for match in _DOLLAR.finditer(text):
        name = match[1] or match[2]
        place = _state(text, match.start()).place
        in_code = place in {Place.EXPRESSION, Place.TYPED_LITERAL} and not _is_given(text, match[0])
        in_text = place.is_string and _is_whole(text, match.span()) and (match[1] or name.lower() not in _DATA_DOLLARS)
        if name not in _KQL_DOLLARS and (in_code or in_text):
            yield Placeholder(Span(*match.span()), name)


def _state(text: str, offset: int) -> LexicalState:
    state = LexicalState()
    state.feed(text[:offset])
    return state


def _may_be_body(state: LexicalState) -> bool:
    """Tell whether braces may stand here in KQL itself: a function's body, a subquery of `partition by Column`."""
    return state.previous == ")" or state.before_previous == "by"


def _is_given(text: str, name: str) -> bool:
    """Tell whether the query gives something this name itself: to KQL `$x` is a name as any other."""
    return bool(re.search(rf"(?<![\w$]){re.escape(name)}\s*=(?![=~])", text))


def _is_whole(text: str, span: tuple[int, int]) -> bool:
    """Tell whether a placeholder is all that a string literal holds."""
    return text[span[0] - 1 : span[0]] in {'"', "'"} and text[span[1] : span[1] + 1] in {'"', "'"}


def _memo(compute: Callable[[], bool]) -> Callable[[], bool]:
    known: list[bool] = []

    def get() -> bool:
        if not known:
            known.append(compute())
        return known[0]

    return get
