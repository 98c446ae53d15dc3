"""Slips about signs: those of other languages, and characters that can't be seen."""

from __future__ import annotations

from typing import Final

from kqlpack.source import Span
from kqlpack.syntax.slips.finding import Break, Finding, replace

# What other languages write, and KQL's word for it.
_SIGNS: Final = {
    "&&": "and",
    "||": "or",
    "===": "==",
    "!==": "!=",
    "=<": "<=",
    ":=": "=",
    "|>": "|",
    "~=": "=~",
}


def foreign_sign(at: Break) -> Finding | None:
    """Find `&&`, `===`, ...: the parser may have taken a first half of them for something else."""
    for sign, word in _SIGNS.items():
        for back in range(len(sign)):
            start = at.span().start - back
            # `||` are two pipes where an operator follows.
            if not at.text.startswith(sign, max(start, 0)) or (sign == "||" and _after(at) in at.operators):
                continue
            # Not within a token of its own, such as a string.
            if start < 0 or not at.begins_token(start):
                continue
            span = Span(start, start + len(sign))
            fix = replace(span, _spaced(at.text, span, word) if word.isalpha() else word, f"Replace by `{word}`")
            return Finding(span, f"`{sign}` is not an operator of KQL", f"write `{word}`", fix)
    return None


def _after(at: Break) -> str:
    return at.word(1) if at.word() == "|" else at.word()


def foreign_comment(at: Break) -> Finding | None:
    """Find `-- comment` and `/* comment`."""
    start = at.text.rfind("\n", 0, at.span().start) + 1
    for sign in ("--", "/*"):
        place = at.text.find(sign, start, at.span().end + 1)
        # Not within a token of its own, such as a string.
        if place < 0 or not at.begins_token(place):
            continue
        span = Span(place, place + 2)
        fix = replace(span, "//") if sign == "--" else None
        end = at.text.find("*/", place) + 2 if sign == "/*" else at.line_end(place)
        instead = (Span(place, end if end > place else len(at.text)), "")
        return Finding(span, f"`{sign}` does not begin a comment in KQL", "write `//`", fix, instead=instead)
    return None


def single_equals(at: Break) -> Finding | None:
    """Find `f(a) = 1` where only a comparison fits."""
    if at.word() != "=" or "EQUALITY_OPERATOR" not in at.expected:
        return None
    return Finding(
        at.span(), "`=` gives a name, and a comparison is needed here", "write `==`", replace(at.span(), "==")
    )


def invisible_character(at: Break) -> Finding | None:
    """Find what can't be seen."""
    token = at.word()
    if len(token) != 1 or token.isprintable():
        return None
    return Finding(
        at.span(), f"the invisible character U+{ord(token):04X} stands here", "remove it", replace(at.span(), "")
    )


def _spaced(text: str, span: Span, word: str) -> str:
    before = " " if span.start and not text[span.start - 1].isspace() else ""
    after = " " if span.end < len(text) and not text[span.end].isspace() else ""
    return f"{before}{word}{after}"
