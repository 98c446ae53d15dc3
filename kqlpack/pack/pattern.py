"""A parameter's `pattern`, matched in time that grows with the text only. In: a regular expression. Out: `Pattern`.

Python's own matcher tries alternatives one after the other, and for `(a+)+` and its like there are more of them than a
lifetime has seconds. Packs come from other people, and values from others still. So a pattern is an automaton here, all
of whose states advance together (Thompson, 1968), and has what such an automaton can do, which is what KQL's regular
expressions (RE2) have too: no look-around and no references back.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_STATES: Final = 2_000
_MAX_STEPS: Final = 2_000_000
_MAX_DEPTH: Final = 30
_QUANTIFIER: Final = re.compile(r"[*+?]|\{(\d*)(,?)(\d*)\}")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^A-Za-z0-9]|[dDwWsSnrtfva])", re.DOTALL
)
_GROUP: Final = re.compile(r"\((?:\?(?::|P<\w+>))?")
_FLAGS: Final = re.compile(r"\(\?([is]+)\)")

# What a pattern is made of: one character that an expression matches; an assertion; parts in a row; alternatives;
# a part from `least` to `most` times.
_Node: TypeAlias = "re.Pattern[str] | _Assertion | _Sequence | _Alternatives | _Repeat"


class PatternError(ValueError):
    """The text is no pattern. The message says why."""


@dataclass(frozen=True, slots=True)
class _Assertion:
    at_end: bool


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Alternatives:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    part: _Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """An automaton. Each state matches one character or asserts something, or nothing, and leads on to others."""

    text: str
    _tests: list[re.Pattern[str] | _Assertion | None] = field(default_factory=list, repr=False)
    _targets: list[list[int]] = field(default_factory=list, repr=False)
    _start: list[int] = field(default_factory=list, repr=False)

    @classmethod
    def compile(cls, text: str) -> Pattern:
        """Read a pattern. Raises PatternError."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `[[]` is fine today, and means what it says
            try:
                re.compile(text)
            except RecursionError:
                raise PatternError("it nests too deeply") from None
            except (re.error, OverflowError) as error:
                raise PatternError(str(error)) from None
            pattern = cls(text)
            final = pattern._state(None)
            pattern._start.append(pattern._build(_Parser(text).parse(), final))
        return pattern

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches; a text too long to be tried does not."""
        if len(text) * len(self._tests) > _MAX_STEPS:
            return False
        current = self._reach(self._start, 0, len(text))
        for index, character in enumerate(text):
            matching = (
                target
                for state in current
                if isinstance(test := self._tests[state], re.Pattern) and test.fullmatch(character)
                for target in self._targets[state]
            )
            current = self._reach(matching, index + 1, len(text))
            if not current:
                return False
        return 0 in current

    def _reach(self, states: Iterable[int], position: int, length: int) -> set[int]:
        """Return the states and all that are reached from them without a character."""
        found: set[int] = set()
        stack = list(states)
        while stack:
            state = stack.pop()
            if state in found:
                continue
            test = self._tests[state]
            if isinstance(test, _Assertion) and position != (length if test.at_end else 0):
                continue
            found.add(state)
            if not isinstance(test, re.Pattern):
                stack.extend(self._targets[state])
        return found

    def _state(self, test: re.Pattern[str] | _Assertion | None, *targets: int) -> int:
        if len(self._tests) >= _MAX_STATES:
            raise PatternError(f"its repetitions add up to more than {_MAX_STATES}")
        self._tests.append(test)
        self._targets.append(list(targets))
        return len(self._tests) - 1

    def _build(self, node: _Node, following: int) -> int:
        """Add the states of a part that leads on to `following`; return its first."""
        if isinstance(node, (re.Pattern, _Assertion)):
            return self._state(node, following)
        if isinstance(node, _Sequence):
            for part in reversed(node.parts):
                following = self._build(part, following)
            return following
        if isinstance(node, _Alternatives):
            return self._state(None, *(self._build(part, following) for part in node.parts))
        if node.most is None:
            loop = self._state(None, following)
            self._targets[loop].append(self._build(node.part, loop))
            following = loop
        else:
            for _ in range(node.most - node.least):
                following = self._state(None, following, self._build(node.part, following))
        for _ in range(node.least):
            following = self._build(node.part, following)
        return following


class _Parser:
    """Reads a pattern that Python's `re` has accepted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.flags = 0
        found = _FLAGS.match(text)
        if found:
            self.position = found.end()
            self.flags = (re.IGNORECASE if "i" in found[1] else 0) | (re.DOTALL if "s" in found[1] else 0)

    def parse(self) -> _Node:
        node = self._alternatives()
        if self.position < len(self.text):
            raise PatternError(f"`{self.text[self.position :][:5]}` has no meaning here")
        return node

    def _alternatives(self) -> _Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise PatternError("it nests too deeply")
        parts = [self._sequence()]
        while self.text.startswith("|", self.position):
            self.position += 1
            parts.append(self._sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _Alternatives(tuple(parts))

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            parts.append(self._quantified(self._atom()))
        return _Sequence(tuple(parts))

    def _quantified(self, node: _Node) -> _Node:
        found = _QUANTIFIER.match(self.text, self.position)
        if not found or found[0] in {"{}", "{,}"}:
            return node
        self.position = found.end()
        if self.text.startswith("+", self.position):
            raise PatternError("it has a possessive repetition (`*+`), which patterns don't have")
        if self.text.startswith("?", self.position):  # lazy: the same for a whole match
            self.position += 1
        if found[0] in {"*", "+", "?"}:
            return _Repeat(node, int(found[0] == "+"), 1 if found[0] == "?" else None)
        least = int(found[1] or 0)
        most = least if not found[2] else int(found[3]) if found[3] else None
        if max(least, most or 0) > _MAX_STATES:
            raise PatternError(f"it repeats more than {_MAX_STATES} times")
        return _Repeat(node, least, most)

    def _atom(self) -> _Node:
        character = self.text[self.position]
        if character == "(":
            return self._group()
        if character in "^$":
            self.position += 1
            return _Assertion(at_end=character == "$")
        for expression in (_CLASS, _ESCAPE):
            found = expression.match(self.text, self.position)
            if found:
                self.position = found.end()
                return re.compile(found[0], self.flags)
        if character == "\\":
            escape = self.text[self.position : self.position + 2]
            if escape in {"\\A", "\\Z"}:
                self.position += 2
                return _Assertion(at_end=escape == "\\Z")
            raise PatternError(f"it has `{escape}`, which patterns don't have")
        self.position += 1
        return re.compile(character if character == "." else re.escape(character), self.flags)

    def _group(self) -> _Node:
        found = _GROUP.match(self.text, self.position)
        if not found or self.text.startswith("?", found.end()):
            raise PatternError("it looks around, refers back or sets flags inside, which patterns don't do")
        self.position = found.end()
        node = self._alternatives()
        self.position += 1  # the closing one: re has seen that it is there
        return node
