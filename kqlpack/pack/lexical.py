"""KQL's lexical context: is this place code, a string or a comment? In: text, piece by piece. Out: the state after it.

This is no parser: it knows just enough to tell where a value would land. Where KQL's own lexer could disagree (a line
separator that some count as a line end, and some don't), the state says so, and nothing is written there.

Sources: the Kusto documentation's "The string data type" and "Comments"; typed literals (`datetime( )`) as
Kusto.Language reads them: everything up to the next `)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from kqlpack.pack.quoting import Place
from kqlpack.pack.value import TYPED_LITERALS

_CODE_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>//)
  | (?P<string>[hH]?(?:@"|@'|"|'|```|~~~))
  | (?P<goo>(?<![\w$])(?:NAMES)\s*\()
  | (?P<word>(?:mv|project|make|sample|top|parse|graph|partitioned)-[a-z]+(?:-[a-z]+)?(?!\w) | !?[\w$]+~?)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<operator>\.\.|[=!<>]=|=~|!~|=>|<\||[^\w\s])
    """.replace("NAMES", "|".join(sorted(TYPED_LITERALS, key=len, reverse=True))),
    re.VERBOSE,
)
_QUOTES: Final = {
    '"': Place.DOUBLE,
    "'": Place.SINGLE,
    '@"': Place.VERBATIM_DOUBLE,
    "@'": Place.VERBATIM_SINGLE,
    "```": Place.BACKTICKS,
    "~~~": Place.TILDES,
}
# How each kind of string goes on to its end; a plain one also breaks off at a line's end.
_STRING_REST: Final = {
    Place.DOUBLE: re.compile(r'(?:\\[^\r\n]|[^"\\\r\n])*(?P<end>"|(?P<broken>\\?[\r\n]))?', re.DOTALL),
    Place.SINGLE: re.compile(r"(?:\\[^\r\n]|[^'\\\r\n])*(?P<end>'|(?P<broken>\\?[\r\n]))?", re.DOTALL),
    Place.VERBATIM_DOUBLE: re.compile(r'(?:""|[^"])*(?P<end>")?', re.DOTALL),
    Place.VERBATIM_SINGLE: re.compile(r"(?:''|[^'])*(?P<end>')?", re.DOTALL),
    Place.BACKTICKS: re.compile(r".*?(?P<end>```)", re.DOTALL),
    Place.TILDES: re.compile(r".*?(?P<end>~~~)", re.DOTALL),
}
_UNCLEAR_LINE_END: Final = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
_OPEN_ESCAPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?:x[0-9A-Fa-f]?|u[0-9A-Fa-f]{0,3}|U[0-9A-Fa-f]{0,7})?$")
# Before a parenthesis that holds a list of values.
_LIST_WORDS: Final = frozenset({"in", "in~", "!in", "!in~", "has_any", "has_all"})
_PARSE_OPERATORS: Final = frozenset({"parse", "parse-where"})
_ROW_WORDS: Final = frozenset({"datatable", "externaldata"})


@dataclass(slots=True)
class Opener:
    """An open bracket, and the word that stood before it."""

    bracket: str
    word: str = ""
    in_dynamic: bool = False

    @property
    def takes_items(self) -> bool:
        """Whether a list here is written item by item."""
        if self.bracket == "[":
            return self.in_dynamic or self.word in _ROW_WORDS
        return self.bracket == "(" and self.word in _LIST_WORDS


@dataclass(slots=True)
class LexicalState:
    """Where the text read so far has led to.

    `place`: EXPRESSION means code. `literal`: in a typed literal, its name. `previous`: the last token of code, `""` at
    the start. `last_character`: the very last one, white space included.
    `in_parse_pattern`: after `parse x with`, where texts and names alternate. `comments`: the spans of all of them.
    `is_unclear`: KQL's own lexer might see the place in another way.
    """

    place: Place = Place.EXPRESSION
    literal: str = ""
    previous: str = ""
    before_previous: str = ""
    last_character: str = ""
    before_last: str = ""
    openers: list[Opener] = field(default_factory=list)
    closed_word: str = ""
    is_unclear: bool = False
    in_parse_pattern: bool = False
    comments: list[tuple[int, int]] = field(default_factory=list)
    _operator: str = ""
    _length: int = 0

    @property
    def in_dynamic(self) -> bool:
        """Whether the place is inside a dynamic literal."""
        return bool(self.openers) and self.openers[-1].in_dynamic

    def feed(self, text: str) -> None:
        """Read on."""
        position = 0
        while position < len(text):
            position = self._step(text, position)
        if text:
            self.before_last = text[-2] if len(text) > 1 else self.last_character
            self.last_character = text[-1]
        self._length += len(text)

    def feed_value(self, text: str) -> None:
        """Take note of a value that was written by its place's rules, and so changes nothing but what came last."""
        if text:
            if self.place is Place.EXPRESSION:
                self._token("value")
            self.last_character = self.before_last = ""
        self._length += len(text)

    def _token(self, text: str) -> None:
        if self.previous in {"", "|", ";"}:
            self._operator = text
        if text == "|":
            self.in_parse_pattern = False
        elif text == "with" and self._operator in _PARSE_OPERATORS:
            self.in_parse_pattern = True
        self.before_previous, self.previous = self.previous, text

    def _step(self, text: str, position: int) -> int:
        if self.place is Place.EXPRESSION:
            return self._code(text, position)
        if self.place is Place.COMMENT:
            return self._comment(text, position)
        if self.place is Place.TYPED_LITERAL:
            end = text.find(")", position)
            if end < 0:
                return len(text)
            self._leave(")")
            return end + 1
        return self._string(text, position)

    def _leave(self, token: str) -> None:
        self.place = Place.EXPRESSION
        self.literal = ""
        self.is_unclear = False
        self._token(token)

    def _comment(self, text: str, position: int) -> int:
        match = re.compile(r"[\r\n]").search(text, position)
        end = match.start() if match else len(text)
        self.is_unclear |= bool(_UNCLEAR_LINE_END.search(text, position, end))
        start = self.comments[-1][0]
        self.comments[-1] = (start, self._length + end)
        if match:
            self.place = Place.EXPRESSION
            self.is_unclear = False
        return end

    def _string(self, text: str, position: int) -> int:
        match = _STRING_REST[self.place].match(text, position)
        end = match.end() if match else len(text)
        if match and match["end"] is not None:
            self._leave("string")
            return end
        rest = text[position:]
        if self.place in {Place.DOUBLE, Place.SINGLE}:
            # A broken escape at the piece's end would take in what comes next.
            self.is_unclear |= bool(_UNCLEAR_LINE_END.search(rest) or _OPEN_ESCAPE.search(rest))
        elif self.place in {Place.BACKTICKS, Place.TILDES}:
            self.is_unclear = rest.endswith(("`", "~"))
        else:
            self.is_unclear |= bool(_UNCLEAR_LINE_END.search(rest)) or "\n" in rest or "\r" in rest
        return len(text)

    def _code(self, text: str, position: int) -> int:
        match = _CODE_TOKEN.match(text, position)
        if not match:  # can't be: the last alternative takes anything
            return position + 1
        kind, found = match.lastgroup, match[0]
        if kind == "comment":
            self.place = Place.COMMENT
            self.comments.append((self._length + match.start(), self._length + match.end()))
        elif kind == "string":
            self.place = _QUOTES[found.lstrip("hH")]
        elif kind == "goo":
            self.place = Place.TYPED_LITERAL
            self.literal = found[:-1].strip()
        elif kind == "open":
            word = self.closed_word if found == "[" and self.previous == ")" else self.previous
            in_dynamic = self.in_dynamic or (found == "(" and self.previous == "dynamic")
            self.openers.append(Opener(found, word, in_dynamic))
            self._token(found)
        elif kind == "close":
            self.closed_word = self.openers.pop().word if self.openers else ""
            self._token(found)
        elif kind != "space":
            self._token(found)
        return match.end()


def comments_in(text: str) -> tuple[tuple[int, int], ...]:
    """Return where the comments of a text of KQL begin and end."""
    state = LexicalState()
    state.feed(text)
    return tuple(state.comments)
