"""Knows the slips that people bring from other languages. In: where parsing stopped. Out: words, and a fix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Edit, Fix
from kqlpack.source import Span
from kqlpack.syntax.lexer import ESCAPE

if TYPE_CHECKING:
    from kqlpack.syntax.lexer import Tokens

_OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSERS: Final = {closer: opener for opener, closer in _OPENERS.items()}
_SMART_QUOTES: Final = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a")
_NEGATED: Final = frozenset(
    """
    in has contains startswith endswith hasprefix hassuffix between has_cs contains_cs startswith_cs endswith_cs
    """.split()
)
# Escapes one after the other, so that the second half of a doubled backslash is not taken for one.
_ESCAPES: Final = re.compile(rf"{ESCAPE}|(?P<bad>\\.?)")
_SQL_JOINS: Final = {"&": "and", "|": "or"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to write instead.

    `instead`: what the parser goes on with, a text in the place of a span; by default the fix's, if it is one edit.
    """

    span: Span
    message: str
    help: str
    fix: Fix | None = None
    related: tuple[tuple[Span, str], ...] = ()
    instead: tuple[Span, str] | None = None

    @property
    def reads(self) -> tuple[Span, str] | None:
        """What to read instead of the text of a span, if that is known."""
        if self.instead is None and self.fix is not None and len(self.fix.edits) == 1:
            return self.fix.edits[0].span, self.fix.edits[0].text
        return self.instead


def find_slip(
    text: str, tokens: Tokens, index: int, expected: frozenset[str], operators: frozenset[str]
) -> Finding | None:
    """Return the finding of a slip that is known, or None. `index` is the token that fits nowhere."""
    if index >= len(tokens.texts):
        return _at_the_end(tokens)
    token = tokens.texts[index]
    if found := _two_pipes(tokens, index, operators):
        return found
    for look in (_command, _doubled_sign, _dashes, _quote, _negation, _capitals, _like, _is_null):
        if found := look(text, tokens, index):
            return found
    if found := _missing_pipe(tokens, index, expected, operators):
        return found
    if found := _missing_semicolon(tokens, index, expected):
        return found
    if token in _CLOSERS:
        return _closer(tokens, index)
    if len(token) == 1 and not token.isprintable():
        message = f"the invisible character U+{ord(token):04X} stands here"
        return Finding(_span(tokens, index), message, "remove it", _replace("Remove it", _span(tokens, index), ""))
    return None


def _command(text: str, tokens: Tokens, index: int) -> Finding | None:
    if index or tokens.texts[0] != ".":
        return None
    word = re.match(r"\.\s*[\w-]+", text[tokens.starts[0] :])
    span = Span(tokens.starts[0], tokens.starts[0] + (word.end() if word else 1))
    message = f"`{text[span.start : span.end]}` is a management command, which no query API runs"
    return Finding(span, message, "write a query: a table, then operators after `|`")


def _two_pipes(tokens: Tokens, index: int, operators: frozenset[str]) -> Finding | None:
    if tokens.texts[index] != "|" or not index or tokens.texts[index - 1] != "|":
        return None
    following = tokens.texts[index + 1] if index + 1 < len(tokens.texts) else ""
    if tokens.starts[index] == tokens.starts[index - 1] + 1 and following not in operators:
        return None
    if "\n" in tokens.trivia[index]:
        span = _span(tokens, index - 1)
        fix = _replace("Remove the `|`", span, "")
        return Finding(span, "nothing follows this `|`", "remove it, or write an operator", fix)
    span = _span(tokens, index)
    return Finding(span, "two pipes stand beside each other", "remove one of them", _replace("Remove it", span, ""))


def _doubled_sign(text: str, tokens: Tokens, index: int) -> Finding | None:
    for first in (index, index - 1):
        sign = tokens.texts[first] if 0 <= first < len(tokens.texts) else ""
        word = _SQL_JOINS.get(sign)
        if word is None or first + 1 >= len(tokens.texts):
            continue
        if tokens.texts[first + 1] == sign and tokens.starts[first + 1] == tokens.starts[first] + 1:
            span = Span(tokens.starts[first], tokens.starts[first] + 2)
            message = f"`{sign}{sign}` is not an operator of KQL"
            return Finding(
                span, message, f"write `{word}`", _replace(f"Replace by `{word}`", span, _spaced(text, span, word))
            )
    return None


def _dashes(text: str, tokens: Tokens, index: int) -> Finding | None:
    for first in (index, index - 1):
        if first < 0 or text[tokens.starts[first] : tokens.starts[first] + 2] != "--":
            continue
        span = Span(tokens.starts[first], tokens.starts[first] + 2)
        message = "`--` does not begin a comment in KQL"
        fix = _replace("Replace by `//`", span, "//")
        return Finding(span, message, "write `//`", fix, instead=(Span(span.start, _line_end(text, span.start)), ""))
    return None


def _quote(text: str, tokens: Tokens, index: int) -> Finding | None:
    token = tokens.texts[index]
    span = _span(tokens, index)
    if token in _SMART_QUOTES:
        line = text[span.start : _line_end(text, span.start)]
        edits = tuple(
            Edit(Span(span.start + at, span.start + at + 1), '"')
            for at, sign in enumerate(line)
            if sign in _SMART_QUOTES
        )
        fix = Fix('Replace the quotes on this line by `"`', edits) if len(edits) == 2 and '"' not in line else None
        # The string goes on to the second quote, or the end of the line.
        instead = (Span(span.start, edits[1].span.end if len(edits) > 1 else span.start + len(line)), '""')
        message = f"`{token}` is a typographic quote, which KQL does not know"
        return Finding(span, message, 'write `"`', fix, instead=instead)
    if token not in {'"', "'", "`"}:
        return None
    line = text[span.start : _line_end(text, span.start)].rstrip("\r")
    escape = next((match for match in _ESCAPES.finditer(line) if match["bad"]), None)
    if escape and token in line[1:]:
        bad = escape["bad"]
        at = Span(span.start + escape.start(), span.start + escape.end())
        message = f"`{bad}` is not an escape that KQL knows, so this string can't be read"
        help_ = f"double the backslash, or write the string as `@{token}...{token}`"
        return Finding(at, message, help_, instead=(Span(span.start, span.start + _string_end(line)), '""'))
    message = "this string is not closed on its line"
    whole = Span(span.start, span.start + len(line))
    return Finding(whole, message, f"end it with `{token}`", instead=(whole, '""'))


def _string_end(line: str) -> int:
    """Return where the string ends that a line begins with, whatever its escapes are."""
    match = re.match(rf"{line[0]}(?:\\.|[^\\{line[0]}])*{line[0]}?", line)
    return match.end() if match else len(line)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)


def _negation(text: str, tokens: Tokens, index: int) -> Finding | None:
    for first in (index, index - 1):
        following = tokens.texts[first + 1] if 0 <= first < len(tokens.texts) - 1 else ""
        if first < 0 or tokens.texts[first].lower() != "not" or following.lower() not in _NEGATED:
            continue
        span = Span(tokens.starts[first], _span(tokens, first + 1).end)
        word = "!" + following.lower()
        message = f"`{text[span.start : span.end]}` is not how KQL negates"
        return Finding(span, message, f"write `{word}`", _replace(f"Replace by `{word}`", span, word))
    return None


def _capitals(_text: str, tokens: Tokens, index: int) -> Finding | None:
    token = tokens.texts[index]
    lowered = token.lower()
    if token == lowered or lowered not in _LOWER_CASE_WORDS:
        return None
    span = _span(tokens, index)
    message = f"KQL's words are in lower case, and `{token}` is not one of them"
    return Finding(span, message, f"write `{lowered}`", _replace(f"Replace by `{lowered}`", span, lowered))


_LOWER_CASE_WORDS: Final = frozenset(
    """
    and or by in has contains startswith endswith between on with asc desc where project extend summarize join union
    distinct sort order take limit top count let parse render has_any has_all
    """.split()
)


def _like(_text: str, tokens: Tokens, index: int) -> Finding | None:
    if tokens.texts[index].lower() != "like":
        return None
    help_ = "write `contains`, `startswith`, `endswith` or `matches regex`"
    return Finding(_span(tokens, index), "`like` is not an operator of KQL", help_)


def _is_null(_text: str, tokens: Tokens, index: int) -> Finding | None:
    if tokens.texts[index].lower() != "is":
        return None
    span = _span(tokens, index)
    return Finding(span, "`is` is not an operator of KQL", "write `isempty(x)` or `isnull(x)`, or `isnotempty(x)`")


def _missing_pipe(tokens: Tokens, index: int, expected: frozenset[str], operators: frozenset[str]) -> Finding | None:
    token = tokens.texts[index]
    if token not in operators or "VBAR" not in expected or index == 0:
        return None
    span = _span(tokens, index)
    place = place_between(tokens, index)
    fix = _replace("Write `|` before it", Span(span.start, span.start), "| ")
    related = () if place == span else ((span, "this operator needs one"),)
    return Finding(place, f"a `|` is missing before `{token}`", f"write `| {token}`", fix, related)


def _missing_semicolon(tokens: Tokens, index: int, expected: frozenset[str]) -> Finding | None:
    if "SEMICOLON" not in expected or "let" not in tokens.texts[:index] or "\n" not in tokens.trivia[index]:
        return None
    if not re.match(r"[A-Za-z_\[({]", tokens.texts[index]):
        return None
    end = _span(tokens, index - 1).end
    fix = _replace("Write `;` after the `let`", Span(end, end), ";")
    message = "a `let` statement ends with `;`, and this one doesn't"
    return Finding(
        Span(end - 1, end), message, "write `;` here", fix, ((_span(tokens, index), "the next part begins here"),)
    )


def _closer(tokens: Tokens, index: int) -> Finding | None:
    opener = opener_of(tokens, index)
    token = tokens.texts[index]
    if opener is None:
        return Finding(_span(tokens, index), f"nothing opened the `{token}`", "remove it, or open it before")
    opened = tokens.texts[opener]
    if _OPENERS[opened] != token:
        related = ((_span(tokens, opener), f"`{opened}` opens here"),)
        message = f"`{token}` can't close `{opened}`"
        return Finding(_span(tokens, index), message, f"write `{_OPENERS[opened]}`", None, related)
    if (
        index == opener + 1
        and opener
        and tokens.texts[opener - 1] in {"in", "!in", "in~", "!in~", "has_any", "has_all"}
    ):
        message = f"`{tokens.texts[opener - 1]} ()` has nothing to compare with"
        return Finding(Span(tokens.starts[opener], _span(tokens, index).end), message, "write at least one value")
    if tokens.texts[index - 1] == ",":
        span = _span(tokens, index - 1)
        message = "nothing follows this `,`"
        return Finding(span, message, "remove it, or write what is missing", _replace("Remove the `,`", span, ""))
    return None


def _at_the_end(tokens: Tokens) -> Finding | None:
    opener = opener_of(tokens, len(tokens.texts))
    last = len(tokens.texts) - 1
    if opener is not None:
        opened = tokens.texts[opener]
        related = ((_span(tokens, opener), "it opens here"),)
        help_ = f"write the `{_OPENERS[opened]}` that closes it"
        return Finding(_span(tokens, last), f"the query ends, and `{opened}` is not closed", help_, None, related)
    if tokens.texts[last] == "|":
        span = _span(tokens, last)
        return Finding(
            span, "nothing follows this `|`", "remove it, or write an operator", _replace("Remove the `|`", span, "")
        )
    if tokens.texts[last] == ",":
        span = _span(tokens, last)
        return Finding(
            span,
            "nothing follows this `,`",
            "remove it, or write what is missing",
            _replace("Remove the `,`", span, ""),
        )
    return None


def place_between(tokens: Tokens, index: int) -> Span:
    """Return where to point at for what is missing before a token: it, or the end of the line before."""
    return _span(tokens, index - 1) if "\n" in tokens.trivia[index] else _span(tokens, index)


def opener_of(tokens: Tokens, index: int) -> int | None:
    """Return the innermost bracket that is open before `index`."""
    stack: list[int] = []
    for number in range(index):
        token = tokens.texts[number]
        if token in _OPENERS:
            stack.append(number)
        elif token in _CLOSERS and stack:
            stack.pop()
    return stack[-1] if stack else None


def _span(tokens: Tokens, index: int) -> Span:
    return Span(tokens.starts[index], tokens.ends[index])


def _spaced(text: str, span: Span, word: str) -> str:
    before = " " if span.start and not text[span.start - 1].isspace() else ""
    after = " " if span.end < len(text) and not text[span.end].isspace() else ""
    return f"{before}{word}{after}"


def _replace(title: str, span: Span, text: str) -> Fix:
    return Fix(title, (Edit(span, text),), Applicability.SAFE)
