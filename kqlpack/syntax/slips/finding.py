"""What the finders of slips share. Out: `Break`, where parsing stopped, and `Finding`, what is said of it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kqlpack.diagnostics import Applicability, Edit, Fix
from kqlpack.source import Span

if TYPE_CHECKING:
    from kqlpack.syntax.lexer import Tokens

OPENERS: Final = {"(": ")", "[": "]", "{": "}"}
CLOSERS: Final = {closer: opener for opener, closer in OPENERS.items()}


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


@dataclass(frozen=True, slots=True)
class Break:
    """Where parsing stopped: `index` is the token that fits nowhere, one past the last for the end of the text.

    `expected` are the terminals that would have fit, `operators` the words that begin a tabular operator.
    """

    text: str
    tokens: Tokens
    index: int
    expected: frozenset[str]
    operators: frozenset[str]

    @property
    def at_end(self) -> bool:
        """Whether it is the end of the text that doesn't fit."""
        return self.index >= len(self.tokens.texts)

    def word(self, offset: int = 0) -> str:
        """Return the text of the token so many after the break (before it, if negative); empty where there is none."""
        position = self.index + offset
        return self.tokens.texts[position] if 0 <= position < len(self.tokens.texts) else ""

    def span(self, offset: int = 0) -> Span:
        """Return the place of that token."""
        position = self.index + offset
        return Span(self.tokens.starts[position], self.tokens.ends[position])

    @property
    def on_new_line(self) -> bool:
        """Whether the token begins a line."""
        return "\n" in self.tokens.trivia[self.index]

    @property
    def between(self) -> Span:
        """Where to point at for what is missing before the token: it, or the end of the line before."""
        return self.span(-1) if self.index and self.on_new_line else self.span()

    def begins_token(self, place: int) -> bool:
        """Tell whether a token begins at a place of the text."""
        near = bisect_left(self.tokens.starts, place)
        return near < len(self.tokens.starts) and self.tokens.starts[near] == place

    def line_end(self, start: int) -> int:
        """Return where the line of a place ends."""
        end = self.text.find("\n", start)
        return end if end >= 0 else len(self.text)

    @property
    def opener(self) -> int | None:
        """The innermost bracket that is open before the token, as an offset for `word` and `span`."""
        stack: list[int] = []
        for number in range(self.index):
            token = self.tokens.texts[number]
            if token in OPENERS:
                stack.append(number)
            elif token in CLOSERS and stack:
                stack.pop()
        return stack[-1] - self.index if stack else None


def replace(span: Span, text: str, title: str = "") -> Fix:
    """Return the safe fix that writes `text` in the place of `span`."""
    words = title or (f"Replace by `{text}`" if text else "Remove it")
    return Fix(words, (Edit(span, text),), Applicability.SAFE)
