r"""Checks regular expressions as Kusto would. In: a pattern. Out: how many groups it has, and what is wrong with it.

Sources: the Kusto documentation's pages "RE2 syntax" and "Regex syntax", RE2's own page on its syntax, and that of
Rust's regex crate. The documentation has named either library, so a pattern is wrong only where both refuse it; what
RE2 alone refuses is doubtful. Where they read a pattern differently (`\Q...\E`, brackets within brackets) nothing more
is said about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_REPETITION: Final = re.compile(r"[*+?]|\{(\d+)(?:(,)(\d*))?\}", re.ASCII)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}|\{[0-9A-Fa-f]{1,6}\}", re.ASCII)
_OPENING: Final = re.compile(r"\(\?(?:P?<(\w+)>|([imsUuRx-]*)([:)]))", re.ASCII)
_LOOK_AROUND: Final = {"(?=": "look-ahead", "(?!": "look-ahead", "(?<=": "look-behind", "(?<!": "look-behind"}
_REFUSED: Final = {
    "(?>": "an atomic group",
    "(?#": "a comment",
    "(?|": "a branch reset",
    "(?(": "a condition",
    "(?&": "a recursion",
    "(?P=": "a reference back to a group",
    "(?P>": "a recursion",
}
# Letters after a backslash that neither library knows; what one of them knows is left alone.
_NO_ESCAPES: Final = frozenset("ceghijklmoqyEFGHIJKLMNORTVXYZ")
_NO_ESCAPES_IN_CLASS: Final = _NO_ESCAPES | {"b", "B", "A"}
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_SETS: Final = frozenset({"[", "&&", "--", "~~"})
_MOST_REPETITIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do. `is_certain`: both libraries refuse it."""

    position: int
    message: str
    help: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """A pattern's groups, None where they can't be told, and its first problem."""

    groups: int | None
    problem: Problem | None = None


class _Unsure(Exception):  # noqa: N818  # no error: the two libraries read on in different ways
    pass


class _Refused(Exception):  # noqa: N818  # no error: it ends the reading with a problem
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def check(pattern: str) -> Checked:
    """Read a pattern from left to right until it ends or something is wrong."""
    reader = _Reader(pattern)
    try:
        reader.read()
    except _Unsure:
        return Checked(None, reader.doubt)
    except _Refused as refused:
        return Checked(None, refused.problem)
    return Checked(reader.groups, reader.doubt)


class _Reader:
    """Where the reading is: `at`, the open brackets, and whether something stands before that can be repeated."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.groups = 0
        self.open: list[int] = []
        self.can_repeat = False
        self.is_repeated = False
        self.doubt: Problem | None = None

    def read(self) -> None:
        while self.at < len(self.pattern):
            repetition = _REPETITION.match(self.pattern, self.at)
            if repetition:
                self._repeat(repetition)
                continue
            self.is_repeated = False
            match self.pattern[self.at]:
                case "\\":
                    self._escape()
                case "[":
                    self._class()
                case "(":
                    self._group()
                case ")":
                    if not self.open:
                        self._refuse(self.at, "a `)` closes nothing", r"write `\)` for the character")
                    self.open.pop()
                    self._take(1)
                case "|":
                    self._take(1, can_repeat=False)
                case _:
                    self._take(1)
        if self.open:
            self._refuse(self.open[-1], "a `(` is never closed", r"close it with `)`, or write `\(` for the character")

    def _take(self, length: int, *, can_repeat: bool = True) -> None:
        self.at += length
        self.can_repeat = can_repeat

    def _refuse(self, position: int, message: str, help_: str) -> None:
        raise _Refused(Problem(position, message, help_))

    def _doubt(self, message: str, help_: str) -> None:
        self.doubt = self.doubt or Problem(self.at, message, help_, is_certain=False)

    def _repeat(self, match: re.Match[str]) -> None:
        text = match.group()
        if not self.can_repeat:
            escaped = "\\" + text
            self._refuse(self.at, f"`{text}` has nothing to repeat", f"write `{escaped}` for the character")
        if self.is_repeated:
            self._doubt(
                f"`{text}` repeats what is repeated already, which RE2 refuses",
                "write one repetition, or put `(?:...)` around the first",
            )
        least, _, most = match.groups()
        if least is not None:
            if most and int(most) < int(least):
                self._refuse(self.at, f"`{text}` ends before it begins", f"write `{{{most},{least}}}`")
            if max(int(least), int(most or 0)) > _MOST_REPETITIONS:
                self._doubt(
                    f"`{text}` repeats more than {_MOST_REPETITIONS} times, which RE2 refuses",
                    "repeat less, or leave the end open: `+`",
                )
        self._take(len(text))
        if self.pattern.startswith("?", self.at):
            self.at += 1
        self.is_repeated = True

    def _escape(self) -> None:
        self._take(self._escape_length(_NO_ESCAPES))

    def _escape_length(self, unknown: frozenset[str]) -> int:
        """Return how long the escape is that stands here."""
        start = self.at
        letter = self.pattern[start + 1 : start + 2]
        if not letter:
            self._refuse(start, r"it ends in a single `\`", r"write `\\` for the character")
        if letter == "Q":
            raise _Unsure
        if letter in "123456789":
            # RE2 takes `\12` for a character in octal.
            if letter not in "89" and self.pattern[start + 2 : start + 3].isdigit():
                raise _Unsure
            self._refuse(
                start, f"`\\{letter}` refers back to a group", "KQL's regular expressions can't: compare groups outside"
            )
        if letter == "x":
            match = _HEX.match(self.pattern, start + 2)
            if match is None:
                self._refuse(start, r"`\x` has no two hexadecimal digits after it", r"write `\x41` or `\x{1F600}`")
                raise AssertionError
            return match.end() - start
        if letter in "pP":
            return self._property_length()
        if letter in "uU":
            raise _Unsure
        if letter in unknown:
            self._refuse(start, f"`\\{letter}` is no escape", _meant(letter))
        # Rust has `\b{start}`.
        if letter == "b" and self.pattern.startswith("{", start + 2):
            raise _Unsure
        return 2

    def _property_length(self) -> int:
        start = self.at
        if start + 2 >= len(self.pattern):
            self._refuse(start, f"`{self.pattern[start:]}` names no kind of character", r"write `\pL` or `\p{Greek}`")
        if self.pattern[start + 2] != "{":
            return 3
        end = self.pattern.find("}", start)
        if end < 0:
            self._refuse(start, r"the `{` after `\p` is never closed", r"write `\p{Greek}`")
        return end + 1 - start

    def _group(self) -> None:
        start = self.at
        for opening, name in _LOOK_AROUND.items():
            if self.pattern.startswith(opening, start):
                self._refuse(
                    start, f"`{opening}` is {name}", "KQL's regular expressions have none: test the rest separately"
                )
        for opening, name in _REFUSED.items():
            if self.pattern.startswith(opening, start):
                self._refuse(start, f"`{opening}` is {name}", "KQL's regular expressions have none")
        if not self.pattern.startswith("(?", start):
            self._open(start, 1)
            return
        match = _OPENING.match(self.pattern, start)
        if match is None:
            # Names have more characters in one library than in the other.
            raise _Unsure
        name, flags, ending = match.groups()
        if name:
            self._open(start, len(match.group()))
            return
        if "x" in flags.split("-")[0]:
            self._doubt("`(?x)` is refused by RE2", "write the pattern without spaces and comments")
            raise _Unsure
        if not flags and ending == ")":
            raise _Unsure
        if ending == ":":
            self.open.append(start)
        # RE2 lets what stands before `(?i)` be repeated behind it.
        self._take(len(match.group()), can_repeat=self.can_repeat and ending == ")")

    def _open(self, start: int, length: int) -> None:
        self.open.append(start)
        self.groups += 1
        self._take(length, can_repeat=False)

    def _class(self) -> None:
        start = self.at
        self.at += 2 if self.pattern.startswith("[^", start) else 1
        first = self.at
        while True:
            if self.at >= len(self.pattern):
                self._refuse(start, "a `[` is never closed", r"close it with `]`, or write `\[` for the character")
            if self.pattern[self.at] == "]" and self.at > first:
                break
            if self.pattern.startswith("[:", self.at) and ":]" in self.pattern[self.at + 2 :]:
                self.at = self.pattern.index(":]", self.at + 2) + 2
                continue
            if self.pattern[self.at] == "[" or self.pattern[self.at : self.at + 2] in _SETS:
                raise _Unsure
            low = self._member()
            if self.pattern.startswith("-", self.at) and self.pattern[self.at + 1 : self.at + 2] not in {"", "]"}:
                self._range(low)
        self._take(1)

    def _range(self, low: str) -> None:
        if self.pattern[self.at + 1] in "[-":
            raise _Unsure
        dash = self.at
        self.at += 1
        high = self._member()
        if len(low) == 1 and len(high) == 1 and high < low:
            self._refuse(
                dash, f"the range `{low}-{high}` ends before it begins", f"write `{high}-{low}`, or put the `-` first"
            )

    def _member(self) -> str:
        """Read a character in brackets; return it, or an empty text for what is none or can't be told."""
        character = self.pattern[self.at]
        if character != "\\":
            self.at += 1
            return character
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += self._escape_length(_NO_ESCAPES_IN_CLASS)
        return _SIMPLE.get(letter, "" if letter.isalnum() else letter)


def _meant(letter: str) -> str:
    if letter == "Z":
        return r"write `\z` for the end of the text"
    if letter == "h":
        return r"write `[ \t]`"
    return f"write `{letter}` for the letter" + (r", or `\\` for a backslash" if letter else "")
